// Lossy frames: the error they promise, what they keep exactly, and bytes that do not change.
#include "libcore/codecs/lossy.h"

#include <cmath>
#include <limits>

#include "libcore/codecs/checksum.h"
#include "libcore/codecs/instruction_sets.h"
#include "libcore/codecs/reals.h"
#include "tests/support/catch.hpp"
#include "tests/unit/codecs/support.h"

using namespace daybreak::codecs;
using namespace daybreak::codecs::test;

namespace {

const std::vector<Pipeline> kPipelines{kLevels,
                                       {Map::lattice, Predict::none, Code::scale_bins},
                                       {Map::lattice, Predict::none, Code::column_bins},
                                       {Map::lattice, Predict::none, Code::bins},
                                       {Map::lattice, Predict::delta, Code::neighbors},
                                       {Map::lattice, Predict::median, Code::neighbors},
                                       {Map::lattice, Predict::lorenzo, Code::neighbors}};

/// Hills: [planes, rows, columns]. Whole-number arithmetic and divisions alone, the same everywhere.
std::vector<float> hills(std::size_t planes, std::size_t rows, std::size_t columns) {
  std::vector<float> values;
  for (std::size_t p = 0; p < planes; ++p)
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < columns; ++c) {
        const auto x = static_cast<float>(c) - 20.0f, y = static_cast<float>(r) - 15.0f, z = static_cast<float>(p);
        values.push_back(1000.0f / (10.0f + x * x / 8.0f + y * y / 4.0f + z));
      }
  return values;
}

struct Coded {
  Bytes frame, decoded;
};

Coded coded(const Sample& sample, Pipeline pipeline, const Loss& loss) {
  Coded result;
  REQUIRE(encode_lossy(pipeline, loss, sample.type, sample.shape, sample.data, result.frame, result.decoded) ==
          Status::ok);
  return result;
}

template <class Element>
std::vector<Element> elements(ByteSpan bytes) {
  std::vector<Element> values(bytes.size() / sizeof(Element));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

double largest_error(const std::vector<float>& a, const std::vector<float>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  return largest;
}

}  // namespace

TEST_CASE("what decodes is what the encoder said, within the bound and much smaller") {
  const auto values = hills(4, 30, 40);
  const auto sample = sample_of(ElementType::f32, {4, 30, 40}, values);
  for (const Pipeline pipeline : kPipelines) {
    INFO(pipeline_name(pipeline));
    Loss loss;
    loss.step = loss.bound = 0.5;
    const Coded result = coded(sample, pipeline, loss);
    CHECK(used_by(result.frame) == pipeline);
    CHECK(decoded(result.frame, sample.data.size()) == result.decoded);
    const double error = largest_error(values, elements<float>(result.decoded));
    CHECK(error <= 0.25);
    CHECK(error > 0.05);  // something was lost
    CHECK(result.frame.size() < sample.data.size() / 3);
  }
}

TEST_CASE("NaN with payloads, infinities, missing values and minus zero come back bit for bit") {
  auto values = hills(2, 30, 40);
  constexpr float kMissing = 1e34f;
  for (std::size_t i = 0; i < values.size(); i += 3) values[i] = kMissing;
  values[7] = std::bit_cast<float>(0x7FC12345u);
  values[8] = std::bit_cast<float>(0xFFA00001u);  // signaling
  values[10] = std::numeric_limits<float>::infinity();
  values[11] = -values[10];
  values[13] = std::numeric_limits<float>::max();
  values[14] = std::numeric_limits<float>::denorm_min();
  values[16] = -0.0f;
  const auto sample = sample_of(ElementType::f32, {2, 30, 40}, values);
  const std::array<double, 1> missing{kMissing};
  for (const Pipeline pipeline : kPipelines) {
    INFO(pipeline_name(pipeline));
    Loss loss;
    loss.step = loss.bound = 0.01;
    loss.missing = missing;
    const Coded result = coded(sample, pipeline, loss);
    REQUIRE(decoded(result.frame, sample.data.size()) == result.decoded);
    const auto before = elements<std::uint32_t>(sample.data), after = elements<std::uint32_t>(result.decoded);
    const auto numbers = elements<float>(result.decoded);
    for (std::size_t i = 0; i < values.size(); ++i) {
      INFO(i);
      const bool exact = values[i] == kMissing || !std::isfinite(values[i]) || i == 13;
      CHECK((exact ? before[i] == after[i] : std::abs(values[i] - numbers[i]) <= 0.005));
      if (values[i] == 0 && numbers[i] == 0) CHECK(before[i] == after[i]);
    }
  }
}

TEST_CASE("missing values cost little and spoil no guess") {
  const auto plain = hills(4, 30, 40);
  auto holed = plain;
  for (std::size_t i = 0; i < holed.size(); ++i)
    if (i % 40 > 25) holed[i] = -1e10f;
  const std::array<double, 1> missing{-1e10f};
  Loss loss;
  loss.step = 0.5;
  loss.missing = missing;
  const auto without = coded(sample_of(ElementType::f32, {4, 30, 40}, plain), kLevels, loss);
  const auto with = coded(sample_of(ElementType::f32, {4, 30, 40}, holed), kLevels, loss);
  CHECK(with.frame.size() < without.frame.size() + 300);
}

TEST_CASE("missing values of many shapes are exact, alike or not") {
  const std::array<double, 1> missing{-1e10f};
  for (const auto& shape : {std::vector<std::uint64_t>{6, 30, 40}, {180, 40}, {7200}, {1440, 5}, {6, 1200, 1}})
    for (const bool alike : {true, false})
      for (const Pipeline pipeline : kPipelines) {
        INFO(pipeline_name(pipeline) << " of " << shape.size() << " dimensions, " << alike);
        auto values = hills(6, 30, 40);
        for (std::size_t i = 0; i < values.size(); ++i)
          if (i / 40 % 30 > 20 || i % 40 < i / 1200) values[i] = alike || i % 2 == 0 ? -1e10f : std::bit_cast<float>(0x7FC12345u);
        const auto sample = sample_of(ElementType::f32, shape, values);
        Loss loss;
        loss.step = 0.5;
        loss.missing = missing;
        const Coded result = coded(sample, pipeline, loss);
        REQUIRE(decoded(result.frame, sample.data.size()) == result.decoded);
        const auto before = elements<std::uint32_t>(sample.data), after = elements<std::uint32_t>(result.decoded);
        for (std::size_t i = 0; i < values.size(); ++i)
          if (values[i] == -1e10f || std::isnan(values[i])) REQUIRE(before[i] == after[i]);
      }
}

TEST_CASE("each column has its own step") {
  std::mt19937 random(3);
  std::vector<double> values;
  for (int i = 0; i < 4000; ++i)
    values.push_back((i % 2 == 0 ? 1e6 : 1.0) * static_cast<double>(random()) / 4294967296.0);
  const std::array<double, 2> scale{1e6, 1};
  Loss loss;
  loss.step = 0.01;
  loss.column_scale = scale;
  const auto sample = sample_of(ElementType::f64, {2000, 2}, values);
  const Coded result = coded(sample, {Map::lattice, Predict::none, Code::scale_bins}, loss);
  const auto after = elements<double>(result.decoded);
  for (std::size_t i = 0; i < values.size(); ++i) REQUIRE(std::abs(values[i] - after[i]) <= 0.005 * scale[i % 2]);
  CHECK(decoded(result.frame, sample.data.size()) == result.decoded);
  CHECK(result.frame.size() < 4000 + 400);  // log2(100) bits a value, and tables
}

TEST_CASE("the bound holds in the stored type") {
  // Near 1000 neighbors of bfloat16 lie 4 apart, so no step of 1 holds a bound of 0.5 but for values kept exactly.
  std::vector<std::uint16_t> values;
  for (std::uint32_t i = 0; i < 3000; ++i) values.push_back(static_cast<std::uint16_t>(0x4470 + i * i % 23));
  const auto sample = sample_of(ElementType::bf16, {3000}, values);
  for (const Pipeline pipeline : {kLevels, Pipeline{Map::lattice, Predict::none, Code::bins}}) {
    Loss loss;
    loss.step = loss.bound = 1;
    const Coded result = coded(sample, pipeline, loss);
    CHECK(result.decoded == sample.data);
    CHECK(decoded(result.frame, sample.data.size()) == sample.data);
  }
}

TEST_CASE("no step, another type or shape is refused; what does not pay is stored") {
  Bytes frame, out;
  const std::vector<std::uint64_t> shape{4};
  const Bytes data(16);
  Loss loss;
  CHECK(encode_lossy(kLevels, loss, ElementType::f32, shape, data, frame, out) == Status::not_applicable);
  loss.step = 1;
  CHECK(encode_lossy(kLevels, loss, ElementType::i32, shape, data, frame, out) == Status::not_applicable);
  CHECK(encode_lossy(kLevels, loss, ElementType::f64, shape, data, frame, out) == Status::wrong_size);
  const auto few = sample_of<float>(ElementType::f32, {3}, {1.25f, 7.5f, -3.0f});
  const Coded result = coded(few, kLevels, loss);
  CHECK(used_by(result.frame).code == Code::stored);
  CHECK(result.decoded == few.data);
}

TEST_CASE("the same bytes as ever: every processor and every later version decodes them alike") {
  const auto sample = sample_of(ElementType::f32, {3, 30, 40}, hills(3, 30, 40));
  Loss loss;
  loss.step = 0.25;
  const Coded levels = coded(sample, kLevels, loss);
  const Coded lattice = coded(sample, {Map::lattice, Predict::median, Code::neighbors}, loss);
  CHECK(levels.frame.size() == 1330);
  CHECK(checksum(levels.frame) == 15919174260350971105u);
  CHECK(checksum(levels.decoded) == 17841576183790121374u);
  CHECK(lattice.frame.size() == 1378);
  CHECK(checksum(lattice.frame) == 16856657258896795558u);
  CHECK(checksum(lattice.decoded) == 15932950874325044111u);
}

TEST_CASE("every instruction set writes and reads the same lossy frames") {
  for (const ElementType type : {ElementType::f16, ElementType::bf16, ElementType::f32, ElementType::f64}) {
    Sample sample{type, {5, 70, 90}, {}};
    for (const float value : hills(5, 70, 90)) {
      const std::uint64_t bits =
          type == ElementType::f64 ? bits_of<std::uint64_t>(type, value) : bits_of<std::uint32_t>(type, value);
      for (std::size_t k = 0; k < element_info(type).bytes; ++k)
        sample.data.push_back(static_cast<std::uint8_t>(bits >> (8 * k)));
    }
    for (std::size_t i = 0; i < 6; ++i) sample.data[sample.data.size() / 2 + i] = 0xff;  // NaN
    Loss loss;
    loss.step = 0.25;
    for (const Pipeline pipeline : kPipelines) {
      limit_instruction_set(InstructionSet::plain);
      const Coded plain = coded(sample, pipeline, loss);
      for (const InstructionSet set : {InstructionSet::avx2, InstructionSet::avx512, InstructionSet::avx512vbmi}) {
        INFO(element_info(type).name << " " << pipeline_name(pipeline) << ", set " << static_cast<int>(set));
        limit_instruction_set(set);
        CHECK(coded(sample, pipeline, loss).frame == plain.frame);
        CHECK(decoded(plain.frame, sample.data.size()) == plain.decoded);
      }
    }
  }
}
