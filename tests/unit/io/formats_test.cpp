// Each format against files that its own programs wrote (data/make_io_reference.py) or that are spelled out here.
#include <map>

#include "libcore/base/error.h"
#include "libcore/io/netcdf.h"
#include "libcore/io/tokens.h"
#include "tests/unit/io/support.h"

using namespace daybreak;
using namespace daybreak::io;
using test::bytes_of_number;

namespace {

std::string reference(const char* name) {
  return std::string(DAYBREAK_SOURCE_DIR) + "/tests/unit/io/data/" + name;
}

ArrayFile open_one(const std::string& path, const ReadOptions& options = {}) {
  std::vector<ArrayFile> files = open_arrays(path, options);
  REQUIRE(files.size() == 1);
  return std::move(files[0]);
}

const ArraySource& array(const ArrayFile& file, const std::string& name) {
  for (const auto& one : file.arrays)
    if (one->info().name == name) return *one;
  FAIL("no array " << name);
  return *file.arrays.at(0);
}

template <class T>
std::vector<T> ramp(std::size_t count, T step, T first) {
  std::vector<T> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(static_cast<T>(static_cast<T>(i) * step + first));
  return values;
}

std::string refusal(const std::string& path, const ReadOptions& options = {}) {
  try {
    open_arrays(path, options);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

ReadOptions as(const std::string& format) {
  ReadOptions options;
  options.format = format;
  return options;
}

}  // namespace

TEST_CASE("npz: members stored and deflated, in either order of storage") {
  const ArrayFile stored = open_one(reference("io_stored.npz"));
  CHECK(stored.format == "npz");
  CHECK(array(stored, "ramp").info().shape == Shape{2, 3, 4});
  CHECK(test::values<float>(array(stored, "ramp")) == ramp<float>(24, 0.5F, -3));
  CHECK(test::values<std::int64_t>(array(stored, "ids")) == ramp<std::int64_t>(5, 1, 0));
  const ArrayFile deflated = open_one(reference("io_deflated.npz"));
  CHECK(test::values<float>(array(deflated, "ramp")) == ramp<float>(24, 0.5F, -3));
  CHECK(test::bytes_of(array(deflated, "flags")) == std::string("\1\0\1", 3));
  CHECK(test::values<std::uint16_t>(array(deflated, "big")) == std::vector<std::uint16_t>{0, 1, 2});
  CHECK_FALSE(deflated.pieces);
}

TEST_CASE("a cut npz is refused") {
  const test::ScratchFolder folder;
  const std::string whole = test::file_bytes(reference("io_deflated.npz"));
  for (const std::size_t keep : {whole.size() / 2, whole.size() - 30})
    CHECK_THAT(refusal(folder.file("cut.npz", whole.substr(0, keep))), Catch::Contains("cut.npz"));
}

TEST_CASE("netCDF classic: fixed and record variables, the padding rule, attributes") {
  for (const char* name : {"io_classic.nc", "io_offset.nc", "io_data.nc"}) {
    INFO(name);
    const ArrayFile file = open_one(reference(name));
    CHECK(file.format == "netcdf");
    CHECK(array(file, "fixed").info().shape == Shape{2, 3});
    CHECK(test::values<double>(array(file, "fixed")) == ramp<double>(6, 1.5, 0));
    CHECK(test::bytes_of(array(file, "word")) == "abc");
    CHECK(test::values<std::int32_t>(array(file, "single")) == std::vector<std::int32_t>{-7});
    REQUIRE(file.attributes.size() == 2);
    CHECK((file.attributes[0].owner.empty() && file.attributes[0].name == "title" && file.attributes[0].is_text));
    CHECK(std::string(reinterpret_cast<const char*>(file.attributes[0].data.data()), file.attributes[0].data.size()) == "ramps");
    CHECK((file.attributes[1].owner == "fixed" && file.attributes[1].type == DType::f32));
    float factor = 0;
    REQUIRE(file.attributes[1].data.size() == sizeof factor);
    std::memcpy(&factor, file.attributes[1].data.data(), sizeof factor);
    CHECK(factor == 0.25F);
  }
  const ArrayFile classic = open_one(reference("io_classic.nc")), offset = open_one(reference("io_offset.nc")),
                  data = open_one(reference("io_data.nc"));
  for (const ArrayFile* file : {&classic, &offset}) {
    CHECK(array(*file, "few").info().shape == Shape{4, 3});
    CHECK(test::values<std::int16_t>(array(*file, "few")) == ramp<std::int16_t>(12, 1, -5));
  }
  for (const ArrayFile* file : {&classic, &data}) {
    CHECK(test::values<std::int8_t>(array(*file, "bytes")) == ramp<std::int8_t>(4, 1, -2));
    CHECK(test::values<float>(array(*file, "many")) == ramp<float>(24, 0.5F, 0));
    std::string middle(7, '\0');  // across records, and no whole elements
    array(*file, "many").read(21, std::as_writable_bytes(std::span(middle)));
    CHECK(middle == test::bytes_of(array(*file, "many")).substr(21, 7));
  }
  CHECK(test::values<std::uint64_t>(array(data, "wide")) == std::vector<std::uint64_t>{std::uint64_t{1} << 63, 1, 2});
}

TEST_CASE("netCDF cut anywhere is refused or gives arrays that can be read") {
  const test::ScratchFolder folder;
  for (const char* name : {"io_classic.nc", "io_data.nc"}) {
    const std::string whole = test::file_bytes(reference(name));
    for (std::size_t keep = 0; keep < whole.size(); ++keep) {
      try {
        const ArrayFile file = open_netcdf(std::make_shared<const InputFile>(folder.file("cut.nc", whole.substr(0, keep))));
        for (const auto& one : file.arrays) test::bytes_of(*one);
        CHECK(keep + 4 > whole.size());  // the padding of the last record may be missing
      } catch (const Error& error) {
        CHECK(error.status() == ExitStatus::data);
      }
    }
  }
}

TEST_CASE("IDX: big-endian numbers, restored byte for byte") {
  const test::ScratchFolder folder;
  std::string bytes("\0\0\x0D\x02\0\0\0\x02\0\0\0\x03", 12);
  for (int i = 0; i < 6; ++i) bytes += bytes_of_number(i * 1.25F, true);
  const ArrayFile file = open_one(folder.file("numbers", bytes));
  CHECK(file.format == "idx");
  CHECK(file.arrays[0]->info().shape == Shape{2, 3});
  CHECK(test::values<float>(*file.arrays[0]) == ramp<float>(6, 1.25F, 0));
  CHECK(test::restored(file) == bytes);
  CHECK_THAT(refusal(folder.file("cut.idx", bytes.substr(0, 35))), Catch::Contains("promises 24 bytes of data, found 23"));
  CHECK(open_one(folder.file("cut", bytes.substr(0, 35))).format == "bytes");
}

TEST_CASE("raw arrays: the shape must fit, the first extent may be left open") {
  const test::ScratchFolder folder;
  const std::string path = folder.file("raw.f32", std::string(48, '\1'));
  ReadOptions options;
  options.dtype = DType::f32;
  CHECK(open_one(path, options).arrays[0]->info().shape == Shape{12});
  options.shape = Shape{0, 4};
  CHECK(open_one(path, options).arrays[0]->info().shape == Shape{3, 4});
  options.shape = Shape{0, 5};
  CHECK_THAT(refusal(path, options), Catch::Contains("no whole number of rows of 20 bytes"));
  options.shape = Shape{5, 2};
  CHECK_THAT(refusal(path, options), Catch::Contains("shape 5x2 of F32 needs 40 bytes, found 48"));
  CHECK_THAT(refusal(path, as("raw")), Catch::Contains("needs its element type"));
  CHECK_THAT(refusal(path, as("parquet")), Catch::Contains("unknown input format 'parquet'"));
}

TEST_CASE("token files: headerless of both widths, and llm.c's header") {
  const test::ScratchFolder folder;
  const std::string ids = bytes_of_number<std::uint16_t>(7) + bytes_of_number<std::uint16_t>(50256);
  CHECK(test::values<std::uint16_t>(*open_one(folder.file("a.bin", ids), as("tokens")).arrays[0]) == std::vector<std::uint16_t>{7, 50256});
  ReadOptions wide = as("tokens");
  wide.dtype = DType::u32;
  const ArrayFile one = open_one(folder.file("a.bin", ids), wide);
  CHECK(test::values<std::uint32_t>(*one.arrays[0]) == std::vector<std::uint32_t>{7U + (50256U << 16)});
  wide.dtype = DType::f32;
  CHECK_THAT(refusal(folder.file("a.bin", ids), wide), Catch::Contains("not F32"));
  std::string header = bytes_of_number<std::int32_t>(20240520) + bytes_of_number<std::int32_t>(1) + bytes_of_number<std::int32_t>(2);
  header.resize(1024, '\0');
  const ArrayFile file = open_one(folder.file("b.bin", header + ids));
  CHECK(file.format == "llmc");
  CHECK(test::values<std::uint16_t>(*file.arrays[0]) == std::vector<std::uint16_t>{7, 50256});
  CHECK(test::restored(file) == header + ids);
  CHECK_THAT(refusal(folder.file("c.bin", header + ids + ids)), Catch::Contains("promises 2 tokens"));
  const std::string below = bytes_of_number<std::int32_t>(3) + bytes_of_number<std::int32_t>(-1);
  const ArrayFile negative = open_one(folder.file("d.npy", test::npy("<i4", false, "(2,)", below)));
  CHECK_THROWS_WITH(check_vocabulary(*negative.arrays[0], 10, "d"), Catch::Contains("token 1 is -1"));
}

TEST_CASE("what a name promises, and what only the content tells") {
  const test::ScratchFolder folder;
  CHECK(open_one(folder.file("a", "plain text, \xC3\xA4")).format == "text");
  CHECK(open_one(folder.file("b", std::string("\x01\x00\xFF", 3))).format == "bytes");
  CHECK(open_one(folder.file("c", "")).arrays[0]->info().shape == Shape{0});
  CHECK(open_one(folder.file("d.CSV", "a,b\n1,2\n")).format == "csv");
  CHECK(open_one(folder.file("e.dat", test::npy("<f4", false, "()", bytes_of_number(1.0F)))).format == "npy");
  CHECK_THAT(refusal(folder.file("f.npy", "no")), Catch::Contains("not a .npy file"));
  CHECK_THAT(refusal((folder.path() / "absent.npy").string()), Catch::Contains("absent.npy: cannot open"));
}

TEST_CASE("headers of .npy that NumPy would not write are refused, old ones are read") {
  const test::ScratchFolder folder;
  const std::string four = bytes_of_number(1.0F);
  CHECK(refusal(folder.file("old.npy", test::npy("<f4", false, "(1L,)", four))).empty());
  const std::map<std::string, std::string> bad{
      {test::npy("<f4", false, "(1)", four), "a tuple"},       {test::npy("<f4", false, "(1,) + (1,)", four), "expected ',' or '}'"},
      {test::npy("<c8", false, "(1,)", four + four), "'<c8'"},  {test::npy("|f4", false, "(1,)", four), "'|f4'"},
      {test::npy("<U1", false, "(1,)", four), "'<U1'"},         {test::npy("<f4', 'descr': '<f4", false, "(1,)", four), "twice"},
      {test::npy("<f4", false, "(1,)", four + "x"), "found 5"}, {test::npy("<f4", false, "(99999999999999999999,)", four), "64 bits"}};
  for (const auto& [bytes, message] : bad) CHECK_THAT(refusal(folder.file("bad.npy", bytes)), Catch::Contains(message));
}

TEST_CASE("a structure in a .npy file: an array for each field, and the bytes between them") {
  const test::ScratchFolder folder;
  const std::string descr =
      "[('a', '<u2'), ('', '|V1'), (('long title', 'b'), '>i4', (2,)), ('in', [('x', '|u1'), ('y', '|S3')]), ('', '|V2')]";
  std::string data;
  for (const std::uint16_t row : {1, 2, 3})
    data += bytes_of_number(row) + "p" + bytes_of_number<std::int32_t>(-row, true) + bytes_of_number<std::int32_t>(7, true) +
            std::string(1, static_cast<char>(row + 40)) + "txt" + "ad";
  const std::string whole = test::npy_of(descr, false, "(3, 1)", data);
  const ArrayFile file = open_one(folder.file("a.npy", whole));
  std::vector<std::string> found;
  for (const auto& array : file.arrays) found.push_back(array->info().name + " " + type_and_shape(array->info()));
  CHECK(found == std::vector<std::string>{"a U16 [3,1]", "padding U8 [3,1,1]", "b I32 [3,1,2]", "in/x U8 [3,1]",
                                          "in/y U8 [3,1,3]", "padding2 U8 [3,1,2]"});
  CHECK(test::values<std::uint16_t>(*file.arrays[0]) == std::vector<std::uint16_t>{1, 2, 3});
  CHECK(test::values<std::int32_t>(*file.arrays[2]) == std::vector<std::int32_t>{-1, 7, -2, 7, -3, 7});
  CHECK(test::bytes_of(*file.arrays[4]) == "txttxttxt");
  CHECK(test::restored(file) == whole);
  const std::string none = test::npy_of(descr, false, "(0,)", "");
  CHECK(test::restored(open_one(folder.file("none.npy", none))) == none);
  const std::string scalar = test::npy_of("[('a', '<f4')]", true, "()", bytes_of_number(1.0F));
  CHECK(test::restored(open_one(folder.file("scalar.npy", scalar))) == scalar);
}

TEST_CASE("structures in .npy files that are refused") {
  const test::ScratchFolder folder;
  const std::string four(4, '\1');
  const auto message = [&](const std::string& descr, bool fortran = false, const std::string& shape = "(1,)") {
    return refusal(folder.file("bad.npy", test::npy_of(descr, fortran, shape, four)));
  };
  CHECK_THAT(message("[('a', '|O')]"), Catch::Contains("never loaded"));
  CHECK_THAT(message("[('a', '<c8')]"), Catch::Contains("'<c8' is not supported"));
  CHECK_THAT(message("[('a', '|S99999999')]"), Catch::Contains("'|S99999999' is not supported"));
  CHECK_THAT(message("[('a', '<f4'), ('a', '<f4')]"), Catch::Contains("two fields are called \"a\""));
  CHECK_THAT(message("[('a', [('x', '<f4')], (2,))]"), Catch::Contains("\"a\" is an array of structures"));
  CHECK_THAT(message("[('', [('x', '<f4')])]"), Catch::Contains("has no name"));
  CHECK_THAT(message("[]"), Catch::Contains("the structure has no bytes"));
  CHECK_THAT(message("[('a', '<f4', (99999999,))]"), Catch::Contains("a record has over 16777216 bytes"));
  CHECK_THAT(message("[('a', '<f4', (9223372036854775807,))]"), Catch::Contains("more elements"));
  CHECK_THAT(message("[('a', '<f4')]", true, "(1, 1)"), Catch::Contains("Fortran order"));
  CHECK_THAT(message("[('a', '<u2')]"), Catch::Contains("the shape needs 2 bytes of data, found 4"));
  CHECK_THAT(message("[('a', '<u2') ('b', '<u2')]"), Catch::Contains("expected ',' or ']'"));
  CHECK_THAT(message("[('a\n', '<f4')]"), Catch::Contains("not printable UTF-8"));
  std::string nested = "'<f4'";
  for (int i = 0; i < 40; ++i) nested = "[('a', " + nested + ")]";
  CHECK_THAT(message(nested), Catch::Contains("nested too deeply"));
}
