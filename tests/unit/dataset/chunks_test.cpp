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
  CHECK_FALSE(grid_of_chunks({"x", io::DType::u8, {4, 4}}, {}, "file").chunked());  // stored whole
}

namespace {

ChunkEncoder encoder(Audience audience, Effort effort, io::DType type, std::uint64_t elements) {
  return {audience, effort, chunk_type(type, {elements})};
}

std::vector<std::byte> random_walk(std::size_t elements) {
  std::vector<std::int32_t> walk(elements);
  std::uint32_t state = 1;
  for (std::size_t i = 1; i < elements; ++i) {
    state = state * 1664525u + 1013904223u;
    walk[i] = walk[i - 1] + static_cast<std::int32_t>(state >> 27) - 16;
  }
  const auto bytes = std::as_bytes(std::span(walk));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("the smallest form wins, and what does not shrink is stored") {
  const ChunkEncoder floats = encoder(Audience::h5py, Effort::normal, io::DType::f32, 1 << 14);
  Choice choice;
  const auto random = test::noise(1 << 16, 1);
  const EncodedChunk stored = floats.encode_trying_all(random, {}, choice);
  CHECK(stored.form == Form{});
  CHECK(stored.bytes == random);

  std::vector<float> ramp(1 << 14);
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<float>(i);
  const auto bytes = std::as_bytes(std::span(ramp));
  const EncodedChunk best = floats.encode_trying_all(bytes, {}, choice);
  CHECK(best.form.kind == Form::Kind::blosc);
  CHECK(floats.forms().size() == 6);
  for (const Form& form : floats.forms()) {
    std::vector<std::byte> out;
    if (encode(form, floats.type(), bytes, out)) CHECK(best.bytes.size() <= out.size());
  }
  std::vector<std::byte> back(bytes.size());
  REQUIRE(blosc_decompress_ctx(best.bytes.data(), back.data(), back.size(), 1) == static_cast<int>(back.size()));
  CHECK(std::equal(back.begin(), back.end(), bytes.begin()));
}

TEST_CASE("a choice that no longer fits is dropped") {
  const ChunkEncoder bytes = encoder(Audience::h5py, Effort::fast, io::DType::u8, 1 << 14);
  Choice choice;
  bytes.encode_trying_all(test::noise(1 << 14, 3), {}, choice);
  const std::vector<std::byte> zeros(1 << 14);
  CHECK(bytes.encode_by_choice(zeros, {}, choice).bytes.size() < 300);  // the neighbor was noise
  bytes.encode_trying_all(zeros, {}, choice);
  const auto random = test::noise(1 << 14, 4);
  CHECK(bytes.encode_by_choice(random, {}, choice).form == Form{});
}

TEST_CASE("a chunk that comes out smaller than promised may be another matter too") {
  const ChunkEncoder numbers = encoder(Audience::h5py, Effort::normal, io::DType::i32, 1 << 14);
  std::vector<std::int32_t> noise(1 << 14), phrase(1 << 14);
  std::uint32_t state = 1;
  for (std::int32_t& value : noise) state = state * 1664525u + 1013904223u, value = static_cast<std::int32_t>(state >> 21);
  for (std::size_t i = 0; i < phrase.size(); ++i) phrase[i] = noise[i % 97];
  Choice of_noise, of_phrase;
  numbers.encode_trying_all(std::as_bytes(std::span(noise)), {}, of_noise);
  const EncodedChunk best = numbers.encode_trying_all(std::as_bytes(std::span(phrase)), {}, of_phrase);
  REQUIRE(of_noise.first != best.form);
  CHECK(numbers.encode_by_choice(std::as_bytes(std::span(phrase)), {}, of_noise).form == best.form);
}

TEST_CASE("a frame of ours is taken where it saves more than its price, by readers with the plugin alone") {
  const auto walk = random_walk(1 << 14);
  Choice choice;
  const ChunkEncoder standard = encoder(Audience::h5py, Effort::best, io::DType::i32, 1 << 14);
  const EncodedChunk blosc = standard.encode_trying_all(walk, {}, choice);
  CHECK(blosc.form.kind == Form::Kind::blosc);
  const ChunkEncoder own = encoder(Audience::plugin, Effort::best, io::DType::i32, 1 << 14);
  const EncodedChunk frame = own.encode_trying_all(walk, {}, choice);
  CHECK(frame.form.kind == Form::Kind::frame);
  CHECK(1.02 * static_cast<double>(frame.bytes.size()) < static_cast<double>(blosc.bytes.size()));
  CHECK(own.encode_by_choice(walk, {}, choice).bytes == frame.bytes);
  // Text of one repeated phrase is zstd's own ground.
  std::vector<std::byte> phrase(1 << 14);
  for (std::size_t i = 0; i < phrase.size(); ++i) phrase[i] = static_cast<std::byte>((i % 97) * (i % 97) % 251);
  const ChunkEncoder text = encoder(Audience::plugin, Effort::best, io::DType::u8, 1 << 14);
  CHECK(text.encode_trying_all(phrase, {}, choice).form.kind == Form::Kind::blosc);
}

TEST_CASE("readers without any plugin get gzip") {
  const auto walk = random_walk(1 << 14);
  Choice choice;
  const ChunkEncoder plain = encoder(Audience::plain, Effort::normal, io::DType::i32, 1 << 14);
  const EncodedChunk best = plain.encode_trying_all(walk, {}, choice);
  CHECK(best.form.name() == "gzip6-shuffle");
  const auto filters = filters_for(Audience::plain, plain.type());
  CHECK(filter_mask(best.form, filters) == 0);
  CHECK(filter_mask({Form::Kind::deflate, 6}, filters) == 1);  // no shuffle
  CHECK(filter_mask({}, filters) == 3);
}
