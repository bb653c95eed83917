// Laws of lossy frames: whatever the numbers, type, shape, step and pipeline, each is within the bound or exact, the
// decoder gives what the encoder said, and damage is seen.
#include "libcore/codecs/lossy.h"

#include <rapidcheck.h>

#include <cmath>

#include "libcore/codecs/reals.h"
#include "tests/support/catch.hpp"
#include "tests/unit/codecs/support.h"

using namespace daybreak::codecs;
using namespace daybreak::codecs::test;

namespace {

struct Case {
  Sample sample;
  Pipeline pipeline;
  Loss loss;
};

/// Waves with noise, among them any bits at all.
Case any_case() {
  const ElementType type = *rc::gen::element(ElementType::f16, ElementType::bf16, ElementType::f32, ElementType::f64);
  const auto a = *rc::gen::inRange<std::uint64_t>(1, 40), b = *rc::gen::inRange<std::uint64_t>(1, 30),
             c = *rc::gen::inRange<std::uint64_t>(1, 5);
  const std::vector<std::vector<std::uint64_t>> shapes{{a * b * c}, {a, b * c}, {a, b, c}, {c, 1, b, a}};
  Case one{{type, *rc::gen::elementOf(shapes), {}}, kLevels, {}};
  std::mt19937_64 random(*rc::gen::arbitrary<std::uint32_t>());
  const unsigned odd = *rc::gen::element(1u, 3u, 50u, 10000u);
  const double noise = *rc::gen::element(0.0, 0.01, 1.0), size = *rc::gen::element(1e-300, 1e-3, 1.0, 1e30);
  for (std::uint64_t i = 0; i < a * b * c; ++i) {
    const double wave = std::sin(static_cast<double>(i % b) / 7) + noise * static_cast<double>(random() % 1000) / 1000;
    std::uint64_t bits = random();
    if (random() % odd != 0 || odd > 1000)
      bits = type == ElementType::f64 ? bits_of<std::uint64_t>(type, wave * size)
                                      : bits_of<std::uint32_t>(type, static_cast<float>(wave * size));
    for (std::size_t k = 0; k < element_info(type).bytes; ++k)
      one.sample.data.push_back(static_cast<std::uint8_t>(bits >> (8 * k)));
  }
  one.loss.step = size * *rc::gen::element(1e-7, 1e-3, 0.1, 10.0);
  one.loss.bound = *rc::gen::element(0.0, 0.7, 1.0, 2.0) * one.loss.step;
  one.loss.rounding = *rc::gen::element(0.5, 0.35);
  if (!*rc::gen::element(true, false))
    one.pipeline = {Map::lattice, *rc::gen::element(Predict::none, Predict::delta, Predict::median, Predict::lorenzo),
                    *rc::gen::element(Code::bins, Code::scale_bins, Code::neighbors, Code::column_bins)};
  return one;
}

double number_at(const Sample& sample, ByteSpan data, std::size_t i) {
  const std::size_t bytes = element_info(sample.type).bytes;
  if (bytes == 8) return std::bit_cast<double>(load_little<std::uint64_t>(data.data() + 8 * i));
  const std::uint32_t bits =
      bytes == 4 ? load_little<std::uint32_t>(data.data() + 4 * i) : load_little<std::uint16_t>(data.data() + 2 * i);
  return static_cast<double>(real_of<std::uint32_t>(sample.type, bits));
}

}  // namespace

TEST_CASE("a lossy frame holds its bound, and decodes to what was said") {
  CHECK(rc::check([] {
    const Case one = any_case();
    const std::size_t bytes = element_info(one.sample.type).bytes;
    Bytes frame, again, after, out(one.sample.data.size());
    const auto encode = [&](Bytes& to) {
      return encode_lossy(one.pipeline, one.loss, one.sample.type, one.sample.shape, one.sample.data, to, after);
    };
    RC_ASSERT(encode(frame) == Status::ok);
    RC_ASSERT(decode(frame, out) == Status::ok);
    RC_ASSERT(out == after);
    RC_ASSERT(frame.size() <= out.size() + 64);
    FrameHeader header;
    RC_ASSERT(read_header(frame, header) == Status::ok);
    const Status quantized = quantize(one.pipeline, one.loss, one.sample.type, one.sample.shape, one.sample.data, again);
    // What nothing can make smaller is stored exactly instead.
    if (header.pipeline == one.pipeline) RC_ASSERT(quantized == Status::ok && again == after);
    RC_ASSERT(encode(again) == Status::ok);
    RC_ASSERT(again == frame);
    for (std::size_t i = 0; i < out.size() / bytes; ++i) {
      if (std::equal(out.data() + i * bytes, out.data() + (i + 1) * bytes, one.sample.data.data() + i * bytes))
        continue;
      const double off = std::abs(number_at(one.sample, out, i) - number_at(one.sample, one.sample.data, i));
      RC_ASSERT(off < std::numeric_limits<double>::infinity());
      RC_ASSERT(one.loss.bound == 0 || off <= one.loss.bound / 2);
    }
  }));
}

TEST_CASE("damage to a lossy frame is seen or harmless") {
  CHECK(rc::check([] {
    const Case one = any_case();
    Bytes frame, after, out(one.sample.data.size());
    RC_ASSERT(encode_lossy(one.pipeline, one.loss, one.sample.type, one.sample.shape, one.sample.data, frame, after) ==
              Status::ok);
    const int places = *rc::gen::inRange(1, 4);
    for (int i = 0; i < places; ++i)
      frame[*rc::gen::inRange<std::size_t>(0, frame.size())] = *rc::gen::arbitrary<std::uint8_t>();
    RC_ASSERT(decode(frame, out) != Status::ok || out == after);
  }));
}
