// CSV and JSON Lines as arrays, and tar shards.
#include <archive.h>
#include <archive_entry.h>

#include "libcore/base/error.h"
#include "libcore/io/archive_reader.h"
#include "libcore/io/numeric_columns.h"
#include "tests/unit/io/support.h"

using namespace daybreak;
using namespace daybreak::io;

namespace {

ReadOptions columns(std::vector<std::string> names) {
  ReadOptions options;
  options.columns = std::move(names);
  return options;
}

std::string refusal(const std::string& path, const ReadOptions& options) {
  try {
    open_arrays(path, options);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

/// Where these beginnings of records stand, and the end of the text.
std::vector<std::int64_t> places(const std::string& text, const std::vector<std::string>& beginnings) {
  std::vector<std::int64_t> offsets;
  for (const std::string& beginning : beginnings) offsets.push_back(static_cast<std::int64_t>(text.find(beginning)));
  offsets.push_back(static_cast<std::int64_t>(text.size()));
  return offsets;
}

struct Entry {
  std::string name, bytes;
  unsigned type = AE_IFREG;
};

std::string tar_of(const std::vector<Entry>& entries) {
  std::string out(std::size_t{1} << 16, '\0');
  std::size_t used = 0;
  archive* writer = archive_write_new();
  archive_write_set_format_ustar(writer);
  archive_write_open_memory(writer, out.data(), out.size(), &used);
  for (const Entry& one : entries) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, one.name.c_str());
    archive_entry_set_filetype(entry, one.type);
    archive_entry_set_perm(entry, 0644);
    if (one.type == AE_IFLNK) archive_entry_set_symlink(entry, "/etc/passwd");
    archive_entry_set_size(entry, static_cast<la_int64_t>(one.bytes.size()));
    archive_write_header(writer, entry);
    archive_write_data(writer, one.bytes.data(), one.bytes.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

}  // namespace

TEST_CASE("CSV: text, offsets of records, columns by type") {
  const test::ScratchFolder folder;
  const std::string text = "\xEF\xBB\xBFid,\"x, y\",name\r\n1,0.5,a\r\n\r\n2,,\"b\nb\"\r\n-3,1e3,c";
  const auto files = open_arrays(folder.file("t.csv", text), columns({"all"}));
  const ArrayFile& file = files.at(0);
  REQUIRE(file.arrays.size() == 4);  // name is text and left out
  CHECK(test::bytes_of(*file.arrays[0]) == text);
  CHECK(test::values<std::int64_t>(*file.arrays[1]) == places(text, {"id,", "1,0.5", "2,,", "-3,"}));
  CHECK(file.arrays[2]->info().name == "id");
  CHECK(test::values<std::int64_t>(*file.arrays[2]) == std::vector<std::int64_t>{1, 2, -3});
  CHECK(file.arrays[3]->info().name == "x, y");
  const auto reals = test::values<double>(*file.arrays[3]);
  CHECK((reals[0] == 0.5 && std::isnan(reals[1]) && reals[2] == 1000));
  CHECK(test::restored(file) == text);
  CHECK_THAT(refusal(folder.file("t.csv", text), columns({"name"})),
             Catch::Contains("t.csv:2: column \"name\": expected a number, found 'a'"));
  CHECK_THAT(refusal(folder.file("t.csv", text), columns({"z"})), Catch::Contains("no column \"z\""));
  CHECK_THAT(refusal(folder.file("t.csv", "a,text\n1,2\n"), columns({"text"})), Catch::Contains("taken already"));
  CHECK_THAT(refusal(folder.file("t.csv", "a,b\n1,2\n3\n"), {}), Catch::Contains("t.csv:3: expected 2 fields"));
}

TEST_CASE("CSV columns keep their values over many groups of rows") {
  const test::ScratchFolder folder;
  std::string text = "n,half\n";
  std::vector<std::int64_t> n;
  std::vector<double> half;
  for (int i = 0; i < 10000; ++i) {
    n.push_back(i * 7919LL - 5);
    half.push_back(i / 2.0);
    text += std::to_string(n.back()) + "," + std::to_string(half.back()) + "\n";
  }
  const auto files = open_arrays(folder.file("t.csv", text), columns({"half", "n"}));
  CHECK(test::values<double>(*files[0].arrays[2]) == half);
  CHECK(test::values<std::int64_t>(*files[0].arrays[3]) == n);
  CHECK(files[0].arrays[1]->info().shape == Shape{10002});
}

TEST_CASE("fields are read as pandas reads them") {
  using Kind = NumericCell::Kind;
  for (const char* missing : {"", " ", "NA", "NaN", "nan", "null", "None", "N/A", "-nan"}) {
    INFO(missing);
    CHECK((parse_cell(missing).kind == Kind::real && std::isnan(parse_cell(missing).real)));
  }
  for (const char* infinite : {"inf", "Inf", "+INF", "infinity", "Infinity"}) CHECK(parse_cell(infinite).real == INFINITY);
  CHECK(parse_cell("-Infinity").real == -INFINITY);
  CHECK((parse_cell(" +12 ").kind == Kind::integer && parse_cell(" +12 ").integer == 12));
  CHECK((parse_cell("9223372036854775808").kind == Kind::real && parse_cell("9223372036854775808").real == 9223372036854775808.0));
  CHECK((parse_cell("1e-400").kind == Kind::real && parse_cell("1e-400").real == 0));
  CHECK(parse_cell("-.5e1").real == -5);
  CHECK(parse_cell("1e400").kind == Kind::overflow);
  for (const char* other : {"abc", "1x", "0x10", "1,5", "+-1", "--1", "-", ".", "1e", "nano", "1 2", "True"}) {
    INFO(other);
    CHECK(parse_cell(other).kind == Kind::other);
  }
}

TEST_CASE("JSON Lines: offsets, members as columns, the line of a mistake") {
  const test::ScratchFolder folder;
  const std::string text = "{\"id\":1,\"x\":0.5,\"s\":\"a\"}\n\n{\"x\":null,\"id\":9223372036854775807}\n{\"id\":-3,\"x\":2,\"s\":\"c\"}\n";
  const auto files = open_arrays(folder.file("t.jsonl", text), columns({"all"}));
  REQUIRE(files[0].arrays.size() == 4);
  CHECK(test::values<std::int64_t>(*files[0].arrays[1]) == places(text, {"{\"id\":1", "{\"x\":null", "{\"id\":-3"}));
  CHECK(test::values<std::int64_t>(*files[0].arrays[2]) == std::vector<std::int64_t>{1, INT64_MAX, -3});
  const auto x = test::values<double>(*files[0].arrays[3]);
  CHECK((x[0] == 0.5 && std::isnan(x[1]) && x[2] == 2));
  CHECK(test::restored(files[0]) == text);
  CHECK_THAT(refusal(folder.file("t.jsonl", text), columns({"s"})), Catch::Contains("t.jsonl:1: column \"s\""));
  CHECK_THAT(refusal(folder.file("t.jsonl", text), columns({"y"})), Catch::Contains("no record has the member \"y\""));
  CHECK_THAT(refusal(folder.file("t.jsonl", "{}\n{\n"), {}), Catch::Contains("t.jsonl:2"));
  CHECK_THAT(refusal(folder.file("t.jsonl", "{\"a\":1}\n{\"a\":1e400}\n"), columns({"a"})), Catch::Contains("t.jsonl:2"));
  CHECK(open_arrays(folder.file("e.jsonl", ""), {})[0].arrays[1]->info().shape == Shape{1});
}

TEST_CASE("a tar shard: every regular member on its own") {
  const test::ScratchFolder folder;
  const std::string npy = test::npy("<i4", false, "(1,)", test::bytes_of_number<std::int32_t>(42));
  const std::string path = folder.file(
      "s.tar", tar_of({{"dir", "", AE_IFDIR}, {"./dir/a.txt", "hello"}, {"link.txt", "", AE_IFLNK}, {"b.npy", npy}}));
  const auto files = open_arrays(path, {});
  REQUIRE(files.size() == 2);
  CHECK(files[0].name == path + ": dir/a.txt");
  CHECK(test::bytes_of(*files[0].arrays[0]) == "hello");
  CHECK(test::values<std::int32_t>(*files[1].arrays[0]) == std::vector<std::int32_t>{42});
  CHECK(test::restored(files[1]) == npy);
  CHECK_THAT(refusal(folder.file("s.tar", tar_of({{"../up.txt", "x"}})), {}), Catch::Contains("leads outside"));
  CHECK_THAT(refusal(folder.file("s.tar", tar_of({{"/abs.txt", "x"}})), {}), Catch::Contains("leads outside"));
  CHECK_THAT(refusal(folder.file("s.tar", tar_of({{"a", "x"}, {"a", "y"}})), {}), Catch::Contains("appears twice"));
  CHECK_THAT(refusal(folder.file("s.tar", tar_of({{"a.npy", "x"}})), {}), Catch::Contains("s.tar: a.npy: not a .npy file"));
  CHECK_THAT(refusal(folder.file("s.tar", tar_of({{"a", std::string(5000, 'x')}}).substr(0, 3000)), {}), Catch::Contains("cut short"));
  const auto small = std::make_shared<const InputFile>(folder.file("s.tar", tar_of({{"a", std::string(5000, 'x')}})));
  CHECK_THROWS_WITH(unpack_archive(small, ArchiveKind::tar, 4999), Catch::Contains("unpacks to more than 4999 bytes"));
}
