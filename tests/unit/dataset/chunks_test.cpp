// How arrays are cut and chunks encoded.
#include <blosc.h>

#include "libcore/base/error.h"
#include "libcore/dataset/chunk_encoder.h"
#include "libcore/dataset/chunk_grid.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;
using namespace daybreak::dataset;

TEST_CASE("chunks are whole rows of about the target, evenly") {
  const ChunkGrid grid = make_grid({"x", io::DType::f32, {1000, 100}}, 100000);
  CHECK(grid.chunk == io::Shape{250, 100});
  CHECK(grid.count == 4);
  CHECK(grid.chunk_bytes == 100000);
  // 1001 rows would leave one row over: five even chunks instead.
  const ChunkGrid odd = make_grid({"x", io::DType::f32, {1001, 100}}, 100000);
  CHECK(odd.chunk == io::Shape{201, 100});
  CHECK(odd.count == 5);
  CHECK(odd.place(4).first == io::Shape{804, 0});
  CHECK(odd.place(4).valid_bytes == 197 * 400);
  CHECK(odd.place(4).offset_bytes == 804 * 400);
}

TEST_CASE("rows far longer than a chunk are cut along the next dimension") {
  const ChunkGrid grid = make_grid({"x", io::DType::u8, {3, 1, 100, 10}}, 100);
  CHECK(grid.chunk == io::Shape{1, 1, 10, 10});
  CHECK(grid.count == 30);
  CHECK(grid.place(12).first == io::Shape{1, 0, 20, 0});
  CHECK(grid.place(12).offset_bytes == 1200);
  const ChunkGrid again = grid_of_chunks({"x", io::DType::u8, {3, 1, 100, 10}}, grid.chunk, "file");
  CHECK(again.axis == grid.axis);
  CHECK(again.count == grid.count);
  // Up to four times the target a row stays whole.
  CHECK(make_grid({"x", io::DType::u8, {3, 400}}, 100).chunk == io::Shape{1, 400});
  CHECK(make_grid({"x", io::DType::u8, {3, 401}}, 100).chunk == io::Shape{1, 81});
}

TEST_CASE("arrays without elements and scalars have no chunks") {
  CHECK_FALSE(make_grid({"x", io::DType::f32, {}}, 100).chunked());
  CHECK_FALSE(make_grid({"x", io::DType::f32, {5, 0}}, 100).chunked());
}

TEST_CASE("chunks that are no run of bytes are refused when a layout is read") {
  CHECK_THROWS_AS(grid_of_chunks({"x", io::DType::u8, {4, 4}}, {2, 2}, "file"), Error);
  CHECK_THROWS_AS(grid_of_chunks({"x", io::DType::u8, {4, 4}}, {0, 4}, "file"), Error);
  CHECK_THROWS_AS(grid_of_chunks({"x", io::DType::u8, {4, 4}}, {5, 4}, "file"), Error);
  CHECK_THROWS_AS(grid_of_chunks({"x", io::DType::u8, {4, 4}}, {4}, "file"), Error);
  CHECK_THROWS_AS(grid_of_chunks({"x", io::DType::u8, {4, 4}}, {}, "file"), Error);
}

TEST_CASE("the smallest form wins, and what does not shrink is stored") {
  const auto forms = forms_for(Effort::normal, 4);
  Choice choice;
  const auto random = test::noise(1 << 16, 1);
  const EncodedChunk stored = encode_trying_all(random, 4, forms, choice);
  CHECK(stored.stored);
  CHECK(stored.bytes == random);

  std::vector<float> ramp(1 << 14);
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<float>(i);
  const auto bytes = std::as_bytes(std::span(ramp));
  const EncodedChunk best = encode_trying_all(bytes, 4, forms, choice);
  CHECK_FALSE(best.stored);
  for (const Form& form : forms) {
    if (form.compressor == nullptr) continue;
    std::vector<std::byte> out(bytes.size() + BLOSC_MAX_OVERHEAD);
    const int length = blosc_compress_ctx(form.level, form.shuffle, 4, bytes.size(), bytes.data(), out.data(),
                                          out.size(), form.compressor, bytes.size(), 1);
    CHECK(best.bytes.size() <= static_cast<std::size_t>(length));
  }
  std::vector<std::byte> back(bytes.size());
  REQUIRE(blosc_decompress_ctx(best.bytes.data(), back.data(), back.size(), 1) == static_cast<int>(back.size()));
  CHECK(std::equal(back.begin(), back.end(), bytes.begin()));
}

TEST_CASE("a choice that no longer fits is dropped") {
  const auto forms = forms_for(Effort::fast, 1);
  Choice choice;
  encode_trying_all(test::noise(1 << 14, 3), 1, forms, choice);
  const std::vector<std::byte> zeros(1 << 14);
  CHECK(encode_by_choice(zeros, 1, forms, choice).bytes.size() < 300);  // the neighbor was noise
  encode_trying_all(zeros, 1, forms, choice);
  const auto random = test::noise(1 << 14, 4);
  CHECK(encode_by_choice(random, 1, forms, choice).stored);
}
