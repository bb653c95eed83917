// HDF5 and NetCDF-4 files by h5py (data/make_hdf5.py), read through the confined parser.
#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/io/hdf5_reader.h"
#include "libcore/io/hdf5_table.h"
#include "tests/support/catch.hpp"
#include "tests/unit/io/support.h"

namespace daybreak::io {
namespace {

std::shared_ptr<const InputFile> kept(const std::string& name) {
  return std::make_shared<InputFile>(DAYBREAK_SOURCE_DIR "/tests/unit/io/data/hdf5_" + name + ".h5");
}

const ArraySource& array(const ArrayFile& file, const std::string& name) {
  for (const auto& source : file.arrays)
    if (source->info().name == name) return *source;
  throw std::runtime_error("no array " + name);
}

const Attribute& attribute(const ArrayFile& file, const std::string& owner, const std::string& name) {
  for (const Attribute& entry : file.attributes)
    if (entry.owner == owner && entry.name == name) return entry;
  throw std::runtime_error("no attribute " + name);
}

bool has_note(const ArrayFile& file, const std::string& part) {
  return std::any_of(file.notes.begin(), file.notes.end(),
                     [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

template <class T>
std::vector<T> ramp(std::size_t count) {
  std::vector<T> result(count);
  for (std::size_t k = 0; k < count; ++k) result[k] = static_cast<T>(k);
  return result;
}

template <class T>
std::vector<T> numbers(const Attribute& entry) {
  std::vector<T> result(entry.data.size() / sizeof(T));
  std::memcpy(result.data(), entry.data.data(), entry.data.size());
  return result;
}

std::string text(const Attribute& entry) {
  return {reinterpret_cast<const char*>(entry.data.data()), entry.data.size()};
}

std::string failure(const std::string& name) {
  try {
    open_hdf5(kept(name));
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::data);
    return error.what();
  }
  return "opened";
}

using test::values;

}  // namespace

TEST_CASE("Contiguous, compact, scalar, empty and unwritten datasets come back with their types") {
  const ArrayFile file = open_hdf5(kept("storages"));
  CHECK(file.format == "hdf5");
  CHECK_FALSE(file.pieces.has_value());
  CHECK(array(file, "contiguous").info().shape == Shape{5, 7});
  CHECK(values<std::int32_t>(array(file, "contiguous")) == ramp<std::int32_t>(35));
  CHECK(values<double>(array(file, "big_endian")) == ramp<double>(35));
  CHECK(values<std::uint16_t>(array(file, "compact")) == ramp<std::uint16_t>(6));
  CHECK(array(file, "scalar").info().shape.empty());
  CHECK(values<float>(array(file, "scalar")) == std::vector<float>{2.5F});
  CHECK(array(file, "no_rows").info().shape == Shape{0, 3});
  CHECK(values<float>(array(file, "no_rows")).empty());
  CHECK(values<std::int16_t>(array(file, "never_written")) == std::vector<std::int16_t>(4, -7));
  CHECK(array(file, "group/deep/half").info().type == DType::f16);
  // binary16 of 0..5
  CHECK(values<std::uint16_t>(array(file, "group/deep/half")) ==
        std::vector<std::uint16_t>{0, 0x3c00, 0x4000, 0x4200, 0x4400, 0x4500});
  CHECK(array(file, "truth").info().type == DType::boolean);
  CHECK(values<std::uint8_t>(array(file, "truth")) == std::vector<std::uint8_t>{1, 0, 1});
}

TEST_CASE("Integers of each width and byte order keep their type") {
  const ArrayFile file = open_hdf5(kept("storages"));
  const auto check = [&]<class T>(const char* name, DType type, T) {
    CHECK(array(file, name).info().type == type);
    CHECK(values<T>(array(file, name)) == ramp<T>(3));
  };
  check("kinds/u1", DType::u8, std::uint8_t{});
  check("kinds/i1", DType::i8, std::int8_t{});
  check("kinds/le_u2", DType::u16, std::uint16_t{});
  check("kinds/le_i2", DType::i16, std::int16_t{});
  check("kinds/le_u4", DType::u32, std::uint32_t{});
  check("kinds/le_i8", DType::i64, std::int64_t{});
  check("kinds/le_u8", DType::u64, std::uint64_t{});
  check("kinds/be_u2", DType::u16, std::uint16_t{});
  check("kinds/be_i8", DType::i64, std::int64_t{});
}

TEST_CASE("Chunks with edges, plain and through each filter, come back") {
  const ArrayFile chunks = open_hdf5(kept("chunks")), filters = open_hdf5(kept("filters"));
  CHECK(values<float>(array(chunks, "plain")) == ramp<float>(143));
  CHECK(values<float>(array(chunks, "big_endian")) == ramp<float>(143));
  CHECK(values<std::uint16_t>(array(chunks, "cube")) == ramp<std::uint16_t>(210));
  CHECK(values<std::int32_t>(array(chunks, "grown")) == ramp<std::int32_t>(10));
  CHECK(values<float>(array(filters, "gzip_shuffle")) == ramp<float>(143));
  CHECK(values<float>(array(filters, "gzip_shuffle_fletcher")) == ramp<float>(143));
  CHECK(values<float>(array(filters, "blosc")) == ramp<float>(143));
  CHECK(values<std::int32_t>(array(filters, "masked")) == std::vector<std::int32_t>{0, 1, 2, 3, 104, 105, 106, 107});
}

TEST_CASE("What h5py's own filter packed comes back") {
  const ArrayFile file = open_hdf5(kept("lzf"));
  CHECK(values<std::int32_t>(array(file, "shuffled")) == ramp<std::int32_t>(5000));
  CHECK(values<std::int16_t>(array(file, "summed")) == ramp<std::int16_t>(999));
  CHECK(values<double>(array(file, "zeros")) == std::vector<double>(4096, 0.0));
  std::string words;
  for (int k = 0; k < 900; ++k) words += "word " + std::to_string(k % 41) + " of many words; ";
  CHECK(test::bytes_of(array(file, "text")) == words);
}

TEST_CASE("Every index structure of newer files is understood") {
  const ArrayFile file = open_hdf5(kept("latest"));
  for (const char* name : {"single", "implicit", "fixed", "extensible"})
    CHECK(values<std::int32_t>(array(file, name)) == ramp<std::int32_t>(9));
  CHECK(values<std::int32_t>(array(file, "btree2")) == ramp<std::int32_t>(30));
  CHECK(file.attributes.size() == 12);  // kept in a heap of their own
  CHECK(numbers<std::int64_t>(attribute(file, "", "a11")) == std::vector<std::int64_t>{11});
}

TEST_CASE("Absent chunks hold the fill value, and a terabyte of them costs nothing") {
  const ArrayFile file = open_hdf5(kept("sparse"));
  CHECK(values<std::int32_t>(array(file, "some")) ==
        std::vector<std::int32_t>{-9, -9, -9, -9, -9, 50, 60, -9, -9, -9, -9, -9});
  const ArraySource& huge = array(file, "huge");
  CHECK(huge.info().bytes() == std::uint64_t{1} << 40);
  std::vector<std::byte> window(8);
  huge.read((std::uint64_t{1} << 39) - 2, window);
  CHECK(window == std::vector<std::byte>{std::byte{3}, std::byte{3}, std::byte{10}, std::byte{11}, std::byte{12},
                                         std::byte{13}, std::byte{3}, std::byte{3}});
}

TEST_CASE("A read of many chunks is the same on any number of threads") {
  const ArrayFile alone = open_hdf5(kept("chunks"));
  const std::string whole = test::bytes_of(array(alone, "cube"));
  for (const std::int64_t threads : {2, 3, 64}) {
    const ArrayFile file = open_hdf5(kept("chunks"), threads);
    CHECK(test::bytes_of(array(file, "cube")) == whole);
    std::string part(whole.size() - 7, '\0');
    array(file, "cube").read(5, std::as_writable_bytes(std::span(part)));
    CHECK(part == whole.substr(5, part.size()));
  }
}

TEST_CASE("Any range of bytes equals that slice of the whole, from several threads too") {
  const ArrayFile chunks = open_hdf5(kept("chunks")), storages = open_hdf5(kept("storages"));
  for (const ArraySource* source : {&array(chunks, "cube"), &array(chunks, "big_endian"), &array(storages, "compact"),
                                    &array(storages, "big_endian"), &array(storages, "never_written")}) {
    const std::string whole = test::bytes_of(*source);
    const auto compare = [&](std::size_t first, std::size_t step, bool& equal) {
      for (std::size_t offset = first; offset <= whole.size(); offset += step)
        for (std::size_t length = 0; offset + length <= whole.size(); length += 1 + length / 7) {
          std::string part(length, '\0');
          source->read(offset, std::as_writable_bytes(std::span(part)));
          equal = equal && part == whole.substr(offset, length);
        }
    };
    bool even = true, odd = true;
    std::thread other([&] { compare(1, 2, odd); });
    compare(0, 2, even);
    other.join();
    CHECK(even);
    CHECK(odd);
    std::byte beyond{};
    CHECK_THROWS_AS(source->read(whole.size(), std::span(&beyond, 1)), Error);
  }
}

TEST_CASE("Attributes of numbers and text belong to their owners") {
  const ArrayFile file = open_hdf5(kept("attributes"));
  CHECK(text(attribute(file, "", "title")) == "Größe");
  CHECK(attribute(file, "", "title").is_text);
  CHECK(text(attribute(file, "", "fixed")) == "six");
  CHECK(attribute(file, "", "names").shape == Shape{3, 3});
  CHECK(text(attribute(file, "", "names")) == std::string("a\0\0bcd\0\0\0", 9));
  CHECK(attribute(file, "", "nothing").data.empty());
  CHECK(attribute(file, "group", "big").type == DType::i16);
  CHECK(numbers<std::int16_t>(attribute(file, "group", "big")) == std::vector<std::int16_t>{1, 2, 3});
  CHECK(attribute(file, "group/data", "matrix").shape == Shape{2, 2});
  CHECK(numbers<double>(attribute(file, "group/data", "matrix")) == ramp<double>(4));
  CHECK(attribute(file, "group/data", "flag").type == DType::boolean);
  CHECK(has_note(file, "'record' of 'group/data'"));
}

TEST_CASE("Types that HDF5 has no name for are restored from their attribute") {
  const ArrayFile file = open_hdf5(kept("attributes"));
  CHECK(array(file, "bfloat16").info().type == DType::bf16);
  CHECK(array(file, "float8_e4m3fn").info().type == DType::f8_e4m3);
  CHECK(array(file, "float8_e5m2").info().type == DType::f8_e5m2);
  CHECK(std::none_of(file.attributes.begin(), file.attributes.end(),
                     [](const Attribute& entry) { return entry.name == "dtype"; }));
}

TEST_CASE("Links: a cycle ends, an object is taken once, nothing outside the file is followed") {
  const ArrayFile file = open_hdf5(kept("links"));
  REQUIRE(file.arrays.size() == 1);
  CHECK(values<std::int32_t>(*file.arrays[0]) == ramp<std::int32_t>(3));
  for (const char* part :
       {"'real' is a second name", "'group/cycle' is a second name", "soft link 'soft'", "external link 'external'"})
    CHECK(has_note(file, part));
}

TEST_CASE("NetCDF-4 is named as such, and a dimension that is no variable is no array") {
  const ArrayFile file = open_hdf5(kept("netcdf"));
  CHECK(file.format == "netcdf");
  REQUIRE(file.arrays.size() == 2);
  CHECK(values<double>(array(file, "column")) == ramp<double>(2));
  CHECK(values<float>(array(file, "wind")) == ramp<float>(6));
  CHECK(text(attribute(file, "wind", "units")) == "m/s");
}

TEST_CASE("A user block before the file moves every address") {
  const ArrayFile file = open_hdf5(kept("user_block"));
  CHECK(values<std::int32_t>(array(file, "contiguous")) == ramp<std::int32_t>(5));
  CHECK(values<std::int32_t>(array(file, "chunked")) == ramp<std::int32_t>(5));
  const auto sparse = values<std::int32_t>(array(file, "sparse"));
  CHECK(sparse[997] == 0);
  CHECK(sparse[998] == 1);
  CHECK(sparse[999] == 2);
}

TEST_CASE("What cannot be read is refused by name") {
  using Catch::Matchers::Contains;
  CHECK_THAT(failure("refused_virtual"), Contains("'virtual'") && Contains("virtual dataset"));
  CHECK_THAT(failure("refused_external"), Contains("'outside'") && Contains("another file"));
  CHECK_THAT(failure("refused_text"), Contains("'words'") && Contains("strings of variable length"));
  CHECK_THAT(failure("refused_record"), Contains("'rows'") && Contains("compound"));
  CHECK_THAT(failure("refused_scaleoffset"), Contains("'scaled'") && Contains("filter 6 (scaleoffset)"));
}

}  // namespace daybreak::io
