// The frame: what it says, what it refuses, and that it never grows by much.
#include "libcore/codecs/frame.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "libcore/codecs/checksum.h"
#include "tests/support/catch.hpp"
#include "tests/unit/codecs/support.h"

using namespace daybreak::codecs;
using namespace daybreak::codecs::test;

namespace {

constexpr Pipeline kStored{};
constexpr Pipeline kBins{Map::ordered, Predict::none, Code::bins};

Bytes noise(std::size_t bytes) {
  std::mt19937 random(1);
  Bytes data(bytes);
  for (auto& byte : data) byte = static_cast<std::uint8_t>(random());
  return data;
}

}  // namespace

TEST_CASE("a stored frame, byte by byte as the manual has it") {
  const Sample sample{ElementType::u16, {2, 1}, {1, 0, 2, 0}};
  Bytes expected{'D', 'B', 'K', 'F', 1, 3, 0, 0, 0, 2};
  const std::uint64_t hash = checksum(sample.data);
  for (int i = 0; i < 8; ++i) expected.push_back(static_cast<std::uint8_t>(hash >> (8 * i)));
  for (const int byte : {2, 1, 1, 0, 2, 0}) expected.push_back(static_cast<std::uint8_t>(byte));
  CHECK(frame_of(sample, kStored) == expected);
}

TEST_CASE("the checksum is XXH3 of 64 bits") {
  CHECK(checksum({}) == 0x2D06800538D394C2u);  // the reference value of XXH3_64bits of nothing
}

TEST_CASE("a header says type, shape, pipeline and size") {
  const auto sample = sample_of(ElementType::i32, {4, 6, 10}, surface(4, 6, 10, 1));
  FrameHeader header;
  REQUIRE(read_header(frame_of(sample, kBins), header) == Status::ok);
  CHECK(header.type == ElementType::i32);
  CHECK(header.shape == sample.shape);
  CHECK(header.pipeline == kBins);
  CHECK(header.decoded_bytes == 960);
  CHECK(header.checksum == checksum(sample.data));
}

TEST_CASE("noise is stored and grows by at most 64 bytes, whatever the pipeline and shape") {
  for (const Pipeline pipeline : all_pipelines()) {
    INFO(pipeline_name(pipeline));
    const Sample sample{ElementType::u8, {16, 5, 25}, noise(2000)};
    const Bytes frame = frame_of(sample, pipeline);
    CHECK(frame.size() <= 2064);
    CHECK(decoded(frame, 2000) == sample.data);
  }
  const Sample deep{ElementType::u8, std::vector<std::uint64_t>(32, 1), noise(1)};
  CHECK(frame_of(deep, kStored).size() <= 65);
}

TEST_CASE("shapes at the edge") {
  for (const Sample& sample : {Sample{ElementType::f64, {}, noise(8)}, Sample{ElementType::f64, {0}, {}},
                               Sample{ElementType::f32, {3, 0, 7}, {}}, Sample{ElementType::u8, {1}, {9}},
                               Sample{ElementType::u8, {13, 1}, Bytes(13, 9)}})
    for (const Pipeline pipeline : all_pipelines()) {
      const Bytes frame = frame_of(sample, pipeline);
      Bytes out(sample.data.size());
      CHECK(decode(frame, out) == Status::ok);
      CHECK(out == sample.data);
    }
}

TEST_CASE("equal elements become one") {
  const auto sample = sample_of(ElementType::f64, {1000}, std::vector<double>(1000, std::nan("7")));
  const Bytes frame = frame_of(sample, kBins);
  CHECK(used_by(frame).code == Code::constant);
  CHECK(frame.size() <= 28);
  CHECK(decoded(frame, sample.data.size()) == sample.data);
}

TEST_CASE("sizes and shapes that do not match are refused") {
  Bytes frame;
  const std::uint64_t three[] = {3}, huge[] = {std::uint64_t{1} << 60, std::uint64_t{1} << 60}, many[33] = {};
  const Bytes data(6);
  CHECK(encode(kStored, ElementType::u8, three, data, frame) == Status::wrong_size);
  CHECK(encode(kStored, ElementType::u8, huge, data, frame) == Status::wrong_size);
  CHECK(encode(kStored, ElementType::u8, many, {}, frame) == Status::wrong_size);
  REQUIRE(encode(kStored, ElementType::u16, three, data, frame) == Status::ok);
  Bytes out(7);
  CHECK(decode(frame, out) == Status::wrong_size);
}

TEST_CASE("what is no frame is refused for the right reason") {
  const Bytes frame = frame_of({ElementType::u8, {4}, {1, 2, 3, 4}}, kStored);
  Bytes out(4);
  const auto with = [&](std::size_t at, std::uint8_t byte) {
    Bytes bent = frame;
    bent[at] = byte;
    return decode(bent, out);
  };
  CHECK(with(0, 'X') == Status::corrupt);
  CHECK(with(4, 2) == Status::newer_version);
  CHECK(with(4, 0) == Status::corrupt);
  CHECK(with(5, 15) == Status::corrupt);  // no such element type
  CHECK(with(6, 1) == Status::corrupt);   // stored has no map
  CHECK(with(8, 10) == Status::corrupt);  // no such code
  CHECK(with(9, 33) == Status::corrupt);  // too many dimensions
  CHECK(with(10, static_cast<std::uint8_t>(frame[10] ^ 1)) == Status::corrupt);
  CHECK(with(18, 5) == Status::wrong_size);
  CHECK(with(20, 9) == Status::corrupt);
  CHECK(decode({}, out) == Status::corrupt);
  Bytes longer = frame;
  longer.push_back(0);
  CHECK(decode(longer, out) == Status::corrupt);
}

TEST_CASE("names of pipelines go both ways") {
  for (const Pipeline pipeline : all_pipelines()) CHECK(parse_pipeline(pipeline_name(pipeline)) == pipeline);
  CHECK(pipeline_name({Map::grid, Predict::median, Code::neighbors}) == "grid-median-neighbors");
  for (const char* name :
       {"", "bins", "ordered", "ordered-none", "ordered-none-stored", "ordered-none-bins-", "none-ordered-bins"})
    CHECK_FALSE(parse_pipeline(name));
}

TEST_CASE("frames that were written once decode for ever") {
  std::size_t seeds = 0;
  for (const auto& entry : std::filesystem::directory_iterator(DAYBREAK_SOURCE_DIR "/tests/fuzz/corpus/codec_frame")) {
    INFO(entry.path().filename());
    std::ifstream in(entry.path(), std::ios::binary);
    const Bytes frame(std::istreambuf_iterator<char>(in), {});
    FrameHeader header;
    REQUIRE(read_header(frame, header) == Status::ok);
    Bytes out(header.decoded_bytes);
    CHECK(decode(frame, out) == Status::ok);
    CHECK(entry.path().filename().string().starts_with(pipeline_name(header.pipeline)));
    ++seeds;
  }
  CHECK(seeds >= 18);
}
