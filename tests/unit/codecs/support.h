#pragma once
// Arrays and pipelines for the tests of the codecs.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "libcore/codecs/frame.h"

namespace daybreak::codecs::test {

inline constexpr std::array kTypes{ElementType::boolean, ElementType::u8,      ElementType::i8,      ElementType::u16,
                                   ElementType::i16,     ElementType::u32,     ElementType::i32,     ElementType::u64,
                                   ElementType::i64,     ElementType::f8_e4m3, ElementType::f8_e5m2, ElementType::f16,
                                   ElementType::bf16,    ElementType::f32,     ElementType::f64};

/// Every combination of steps.
inline std::vector<Pipeline> all_pipelines() {
  std::vector<Pipeline> all{{{}, {}, Code::stored}, {{}, {}, Code::constant}};
  for (std::size_t map = 0; map < kMaps; ++map)
    for (std::size_t predict = 0; predict < kPredictions; ++predict)
      for (std::size_t code = 2; code < kCodes; ++code)
        all.push_back({static_cast<Map>(map), static_cast<Predict>(predict), static_cast<Code>(code)});
  return all;
}

struct Sample {
  ElementType type;
  std::vector<std::uint64_t> shape;
  Bytes data;
};

template <class Element>
Sample sample_of(ElementType type, std::vector<std::uint64_t> shape, const std::vector<Element>& elements) {
  Sample sample{type, std::move(shape), Bytes(elements.size() * sizeof(Element))};
  std::memcpy(sample.data.data(), elements.data(), sample.data.size());
  return sample;
}

/// The frame of a sample. Fails the test where encoding does; the codecs are told of no failure that is none.
inline Bytes frame_of(const Sample& sample, Pipeline pipeline) {
  Bytes frame;
  const Status status = encode(pipeline, sample.type, sample.shape, sample.data, frame);
  return status == Status::ok ? frame : Bytes{};
}

inline Bytes decoded(ByteSpan frame, std::size_t bytes) {
  Bytes out(bytes, 0xEE);
  return decode(frame, out) == Status::ok ? out : Bytes{};
}

inline Pipeline used_by(ByteSpan frame) {
  FrameHeader header;
  return read_header(frame, header) == Status::ok ? header.pipeline : Pipeline{};
}

/// A smooth surface of integers with a little noise: [planes, rows, columns].
inline std::vector<std::int32_t> surface(std::size_t planes, std::size_t rows, std::size_t columns, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::int32_t> values;
  for (std::size_t p = 0; p < planes; ++p)
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < columns; ++c)
        values.push_back(static_cast<std::int32_t>(10 * p * p + 3 * r * c / 8 + 20 * c + random() % 4) - 300);
  return values;
}

}  // namespace daybreak::codecs::test
