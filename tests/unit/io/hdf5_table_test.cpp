// The table that the confined child hands back is untrusted: each lie about the file is caught.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/io/hdf5_table.h"
#include "libcore/io/hdf5_wire.h"
#include "tests/support/catch.hpp"

namespace daybreak::io {
namespace {

constexpr std::uint64_t kFileBytes = 1000;

/// 6 x 4 values of 16 bits in chunks of 4 x 3: a grid of 2 x 2, of which 0 and 3 are stored, unfiltered.
Hdf5Dataset chunked() {
  Hdf5Dataset dataset;
  dataset.path = "group/data";
  dataset.type = DType::u16;
  dataset.shape = {6, 4};
  dataset.storage = Hdf5Storage::chunked;
  dataset.chunk_shape = {4, 3};
  dataset.chunks = {{0, 100, 24, 0}, {3, 124, 24, 0}};
  dataset.fill = {std::byte{1}, std::byte{2}};
  return dataset;
}

Hdf5Dataset contiguous() {
  Hdf5Dataset dataset;
  dataset.path = "row";
  dataset.type = DType::f32;
  dataset.shape = {10};
  dataset.address = 960;
  return dataset;
}

/// 10 rows of 3, of which the first 6 stand in one file and the others in the middle of another.
Hdf5Dataset mapped() {
  Hdf5Dataset dataset;
  dataset.path = "rows";
  dataset.type = DType::f64;
  dataset.shape = {10, 3};
  dataset.storage = Hdf5Storage::mapped;
  dataset.mappings = {{0, 6, "a.h5", "x", 0, true}, {6, 4, "sub/b.h5", "x", 2, false}};
  return dataset;
}

std::vector<std::byte> encoded(const std::vector<Hdf5Dataset>& datasets, const std::vector<Attribute>& attributes = {}) {
  Hdf5WireWriter writer;
  writer.begin();
  for (const Hdf5Dataset& dataset : datasets) writer.dataset(dataset);
  for (const Attribute& attribute : attributes) writer.attribute(attribute);
  writer.note("left out");
  writer.end();
  return writer.buffer();
}

Hdf5Table parsed(const std::vector<std::byte>& bytes) {
  return parse_hdf5_table(bytes, "file.h5", kFileBytes);
}

/// What the parser says of a chunked dataset that was changed.
std::string said(const std::function<void(Hdf5Dataset&)>& change, Hdf5Dataset dataset = chunked()) {
  change(dataset);
  try {
    parsed(encoded({dataset}));
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::data);
    return error.what();
  }
  return "accepted";
}

using Catch::Matchers::Contains;

TEST_CASE("rows of other files come through the pipe", "[io]") {
  const Hdf5Table table = parsed(encoded({mapped(), chunked()}));
  REQUIRE(table.datasets.size() == 2);
  REQUIRE(table.datasets[0].mappings.size() == 2);
  const Hdf5Mapping& second = table.datasets[0].mappings[1];
  CHECK(second.first_row == 6);
  CHECK(second.rows == 4);
  CHECK(second.file == "sub/b.h5");
  CHECK(second.dataset == "x");
  CHECK(second.source_row == 2);
  CHECK_FALSE(second.all);
  CHECK(table.datasets[0].mappings[0].all);
  CHECK(table.datasets[1].chunks.size() == 2);
}

TEST_CASE("every row of a virtual dataset is mapped once, beneath the folder", "[io]") {
  const auto bent = [](const std::function<void(std::vector<Hdf5Mapping>&)>& change) {
    return said([&](Hdf5Dataset& dataset) { change(dataset.mappings); }, mapped());
  };
  CHECK(bent([](auto&) {}) == "accepted");
  for (const char* path : {"", "/a.h5", "../a.h5", "sub/../../a.h5", "./a.h5", "sub//a.h5", "sub/", "a\nb", "a\\b"})
    CHECK_THAT(bent([&](auto& all) { all[0].file = path; }), Catch::Contains("leads outside the folder"));
  CHECK_THAT(bent([](auto& all) { all[0].file = "."; }), Catch::Contains("maps rows of its own file"));
  CHECK_THAT(bent([](auto& all) { all[0].file = std::string(1025, 'a'); }), Catch::Contains("outside the folder"));
  CHECK_THAT(bent([](auto& all) { all[1].first_row = 5; }), Catch::Contains("expected one from row 6"));
  CHECK_THAT(bent([](auto& all) { all[1].first_row = 7; }), Catch::Contains("expected one from row 6"));
  CHECK_THAT(bent([](auto& all) { all[1].rows = 3; }), Catch::Contains("rows 9 to 10 stand nowhere"));
  CHECK_THAT(bent([](auto& all) { all[1].rows = 5; }), Catch::Contains("all of its rows once"));
  CHECK_THAT(bent([](auto& all) { all[1].rows = 0; }), Catch::Contains("all of its rows once"));
  CHECK_THAT(bent([](auto& all) { all.clear(); }), Catch::Contains("rows 0 to 10 stand nowhere"));
  CHECK_THAT(bent([](auto& all) { std::swap(all[0], all[1]); }), Catch::Contains("all of its rows once"));
  CHECK_THAT(bent([](auto& all) { all[1].file = "a.h5"; }), Catch::Contains("rows of another file twice"));
  CHECK(bent([](auto& all) { all[1].file = "a.h5", all[1].source_row = 6; }) == "accepted");
  CHECK_THAT(bent([](auto& all) { all[1].source_row = ~std::uint64_t{0} - 1; }), Catch::Contains("behind the end"));
  CHECK_THAT(bent([](auto& all) { all[1].dataset = ""; }), Catch::Contains("without a name"));
  CHECK_THAT(said([](Hdf5Dataset& dataset) { dataset.shape.clear(); }, mapped()), Catch::Contains("has no rows"));
}

}  // namespace

TEST_CASE("A table survives its way through the pipe") {
  Attribute attribute{"row", "unit", DType::u8, true, {3}, {std::byte{'k'}, std::byte{'W'}, std::byte{'h'}}};
  Hdf5Dataset filtered = chunked();
  filtered.path = "filtered";
  filtered.filters = {{1, {6}}, {3, {}}};
  filtered.chunks = {{2, 200, 7, 2}};
  const Hdf5Table table = parsed(encoded({chunked(), contiguous(), filtered}, {attribute}));
  REQUIRE(table.datasets.size() == 3);
  CHECK(table.datasets[0].path == "group/data");
  CHECK(table.datasets[0].type == DType::u16);
  CHECK(table.datasets[0].chunk_shape == Shape{4, 3});
  CHECK(table.datasets[0].fill == chunked().fill);
  CHECK(table.datasets[0].grid() == Shape{2, 2});
  CHECK(table.datasets[0].chunk_bytes() == 24);
  CHECK(table.datasets[0].find(3)->address == 124);
  CHECK(table.datasets[0].find(1) == nullptr);
  CHECK(table.datasets[1].address == 960);
  CHECK(table.datasets[2].filters[0].client == std::vector<std::uint32_t>{6});
  CHECK(table.datasets[2].chunks[0].filter_mask == 2);
  CHECK(table.attributes.at(0).data == attribute.data);
  CHECK(table.notes == std::vector<std::string>{"left out"});
}

TEST_CASE("A table cut at any byte, or with a byte too many, is no table") {
  std::vector<std::byte> whole = encoded({chunked(), contiguous()});
  for (std::size_t length = 0; length < whole.size(); ++length)
    CHECK_THROWS_AS(parsed({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)}), Error);
  whole.push_back(std::byte{0});
  CHECK_THROWS_AS(parsed(whole), Error);
}

TEST_CASE("Addresses and sizes of a table are checked against the file") {
  CHECK_THAT(said([](auto& data) { data.chunks[1].address = 977; }), Contains("the file has 1000"));
  CHECK_THAT(said([](auto& data) { data.chunks[1].address = ~std::uint64_t{3}; }), Contains("the file has 1000"));
  CHECK(said([](auto& data) { data.chunks[1].address = 976; }) == "accepted");
  CHECK_THAT(said([](auto& data) { data.chunks[1].stored_bytes = 23; }), Contains("unfiltered chunk of 23 bytes, expected 24"));
  CHECK_THAT(said([](auto& data) { data.chunks[1].stored_bytes = 0; }), Contains("without bytes"));
  CHECK_THAT(said([](auto& data) { data.address = 961; }, contiguous()), Contains("the file has 1000"));
  CHECK(said([](auto& data) { data.address = kHdf5Nowhere; }, contiguous()) == "accepted");
  CHECK_THAT(said([](auto& data) { data.storage = Hdf5Storage::compact; }, contiguous()), Contains("holds 0 bytes"));
}

TEST_CASE("Bytes of the file cannot stand for more than one dataset") {
  Hdf5Dataset large = contiguous(), again = contiguous();
  large.shape = again.shape = {150};
  large.address = again.address = 0;
  again.path = "again";
  CHECK_NOTHROW(parsed(encoded({large})));
  CHECK_THROWS_WITH(parsed(encoded({large, again})), Contains("other data"));
  CHECK_THROWS_WITH(parsed(encoded({contiguous(), contiguous()})), Contains("two datasets are called 'row'"));
}

TEST_CASE("Shapes and chunks of a table are checked") {
  CHECK_THAT(said([](auto& data) { data.chunks[1].index = 4; }), Contains("outside its shape"));
  CHECK_THAT(said([](auto& data) { data.chunks[1].index = 0; }), Contains("twice or out of order"));
  CHECK_THAT(said([](auto& data) { data.chunk_shape = {4}; }), Contains("chunks of 1 axes"));
  CHECK_THAT(said([](auto& data) { data.chunks = {{0, 100, 24, 0}}; }, contiguous()), Contains("not stored in chunks"));
  CHECK_THAT(said([](auto& data) { data.chunk_shape[1] = 0; }), Contains("empty chunks"));
  CHECK_THAT(said([](auto& data) { data.chunk_shape[1] = 1 << 30; }), Contains("4 GiB"));
  CHECK_THAT(said([](auto& data) { data.shape = {std::uint64_t{1} << 40, std::uint64_t{1} << 40}; }), Contains("64 bits"));
  CHECK_THAT(said([](auto& data) { data.fill.resize(3); }), Contains("fill value"));
  CHECK_THAT(said([](auto& data) { data.filters.resize(33); }), Contains("32 filters"));
  CHECK_THAT(said([](auto& data) { data.shape.assign(33, 1); }), Contains("32 axes"));
  CHECK_THAT(said([](auto& data) { data.path = "a\nb"; }), Contains("control characters"));
  CHECK_THAT(said([](auto& data) { data.path.clear(); }), Contains("empty"));
}

TEST_CASE("A chunk that cannot unpack to its size asks for no memory") {
  const auto large_chunk = [](std::vector<Hdf5Filter> filters) {
    return [filters](Hdf5Dataset& data) {
      data.shape = data.chunk_shape = {1 << 30, 1};
      data.filters = filters;
      data.chunks = {{0, 0, 900, 0}};
    };
  };
  CHECK_THAT(said(large_chunk({{1, {6}}})), Contains("cannot unpack to 2147483648"));
  CHECK_THAT(said(large_chunk({{32001, {}}})), Contains("cannot unpack to 2147483648"));
}

TEST_CASE("Attributes must hold what their shape says") {
  Attribute attribute{"", "scale", DType::f64, false, {2}, std::vector<std::byte>(16)};
  CHECK_NOTHROW(parsed(encoded({}, {attribute})));
  attribute.data.pop_back();
  CHECK_THROWS_WITH(parsed(encoded({}, {attribute})), Contains("another number of bytes"));
}

TEST_CASE("What HDF5 itself says is passed on, without control characters") {
  Hdf5WireWriter writer;
  writer.begin();
  writer.fault("cannot open it: bad\x1b[31m name");
  CHECK_THROWS_WITH(parsed(writer.buffer()), Contains("file.h5: HDF5 cannot read this file: cannot open it: bad?[31m name"));
}

}  // namespace daybreak::io
