// Every pipeline gives back every bit, on data made for it and on data that it never wanted.
#include "libcore/codecs/bins.h"
#include "libcore/codecs/instruction_sets.h"
#include "libcore/codecs/linear.h"
#include "libcore/codecs/phrases.h"
#include "libcore/codecs/words.h"
#include "tests/support/catch.hpp"
#include "tests/unit/codecs/support.h"

using namespace daybreak::codecs;
using namespace daybreak::codecs::test;

namespace {

Pipeline named(const char* name) {
  return parse_pipeline(name).value();
}

/// Bits of each element after the pipeline, which must have been used and must give the elements back.
double bits_each(const Sample& sample, const char* name) {
  const Bytes frame = frame_of(sample, named(name));
  INFO(name);
  CHECK(pipeline_name(used_by(frame)) == name);
  CHECK(decoded(frame, sample.data.size()) == sample.data);
  return 8.0 * static_cast<double>(frame.size()) /
         (static_cast<double>(sample.data.size()) / element_info(sample.type).bytes);
}

/// Bits of the type: small ones, large ones, every special value of a float.
Sample odd_values(ElementType type, std::vector<std::uint64_t> shape) {
  std::mt19937_64 random(static_cast<unsigned>(type));
  const std::size_t bytes = element_info(type).bytes;
  Sample sample{type, std::move(shape), {}};
  for (std::size_t i = 0; i < 24 * 50; ++i) {
    std::uint64_t bits = random();
    if (i % 3 == 0) bits %= 17;
    if (i % 5 == 0) bits = ~bits % 3;
    if (i % 7 == 0) bits = bytes == 1 ? 0x7C : std::uint64_t{0x7F8} << (8 * bytes - 12);  // an infinity, or near it
    if (i % 11 == 0) bits = ~std::uint64_t{0} >> (i % 2);                                 // NaNs with payloads
    if (i % 13 == 0) bits = std::uint64_t{1} << (8 * bytes - 1);                          // -0, the smallest integer
    for (std::size_t b = 0; b < bytes; ++b) sample.data.push_back(static_cast<std::uint8_t>(bits >> (8 * b)));
  }
  return sample;
}

}  // namespace

TEST_CASE("every pipeline gives every type back") {
  for (const ElementType type : kTypes) {
    const std::vector<std::vector<std::uint64_t>> shapes{{1200}, {50, 24}, {5, 10, 24}, {20, 20, 3}, {1200, 1}};
    for (const auto& shape : shapes) {
      const Sample sample = odd_values(type, shape);
      for (const Pipeline pipeline : all_pipelines()) {
        INFO(element_info(type).name << " " << pipeline_name(pipeline) << " " << shape.size());
        REQUIRE(decoded(frame_of(sample, pipeline), sample.data.size()) == sample.data);
      }
    }
  }
}

TEST_CASE("integers: what bins, planes, runs and sparse codes take") {
  std::mt19937 random(1);
  std::vector<std::int64_t> labels, rising, runs, sparse;
  for (int i = 0; i < 20000; ++i) {
    labels.push_back(random() % 10);
    rising.push_back((rising.empty() ? 1000000 : rising.back()) + 7 * static_cast<std::int64_t>(random() % 4));
    runs.push_back(i % 100 ? runs.back() : static_cast<std::int64_t>(random() % 1000));
    sparse.push_back(random() % 100 ? 5 : static_cast<std::int64_t>(random() % 256));
  }
  CHECK(bits_each(sample_of(ElementType::i64, {20000}, labels), "ordered-none-bins") < std::log2(10) * 1.02);
  CHECK(bits_each(sample_of(ElementType::i64, {20000}, labels), "ordered-none-planes") < std::log2(10) * 1.02);
  CHECK(bits_each(sample_of(ElementType::i64, {20000}, rising), "ordered-delta-bins") < 2.1);
  CHECK(bits_each(sample_of(ElementType::i64, {20000}, runs), "ordered-none-runs") < 0.15);
  CHECK(bits_each(sample_of(ElementType::i64, {20000}, sparse), "ordered-none-sparse") < 0.22);
}

TEST_CASE("values that are a few more than bins fit into those that a stream can name") {
  std::vector<std::uint32_t> values;
  for (std::uint32_t value = 0; value < 300; ++value) values.insert(values.end(), 100, 70001 * value);
  ByteWriter out;
  write_numbers<std::uint32_t>(values, out);
  std::vector<std::uint32_t> back(values.size());
  ByteReader in(out.span());
  REQUIRE(read_numbers<std::uint32_t>(in, back));
  CHECK(in.finished());
  CHECK(back == values);
}

TEST_CASE("what all integers share costs nothing") {
  std::mt19937 random(2);
  std::vector<std::uint32_t> values;
  for (int i = 0; i < 10000; ++i) values.push_back(3000000000u + 1000 * (random() % 64));
  CHECK(bits_each(sample_of(ElementType::u32, {10000}, values), "ordered-none-bins") < 6.2);
}

TEST_CASE("surfaces: the predictors leave the noise of two bits") {
  // One slope up and one down: between two slopes up, the median of LOCO-I sees an edge.
  std::vector<std::int32_t> slopes = surface(1, 64, 128, 3);
  for (std::size_t i = 0; i < slopes.size(); ++i) slopes[i] -= static_cast<std::int32_t>(i / 128 * 60);
  const auto flat = sample_of(ElementType::i32, {64, 128}, slopes);
  const auto deep = sample_of(ElementType::i32, {8, 32, 64}, surface(8, 32, 64, 4));
  CHECK(bits_each(flat, "ordered-median-neighbors") < 3.8);
  CHECK(bits_each(deep, "ordered-lorenzo-bins") < 4.2);
  CHECK(bits_each(deep, "ordered-lorenzo-neighbors") < 4.6);
  CHECK(bits_each(flat, "ordered-delta2-bins") < 4.2);
}

TEST_CASE("means over groups of many sizes go by their unit and their denominators") {
  std::mt19937 random(6);
  std::vector<double> means, rates, shares;
  for (int i = 0; i < 20000; ++i) {
    const int size = 5 + static_cast<int>(random() % 40);
    double sum = 0;
    for (int k = 0; k < size; ++k) sum += (300 + static_cast<int>(random() % 200)) * 0.1405102;
    means.push_back(i % 1000 == 7 ? std::sqrt(static_cast<double>(i)) : (i % 2 ? 1 : -1) * sum / size);
    rates.push_back(static_cast<double>(random() % 50) / static_cast<double>(50 + random() % 50));
    shares.push_back(100.0 * static_cast<double>(random() % 30) / 30.0);
  }
  // The denominator, the rest and the whole part in their own bits, and a little for last places.
  CHECK(bits_each(sample_of(ElementType::f64, {20000}, means), "ordered-none-fractions") < 22);
  CHECK(bits_each(sample_of(ElementType::f64, {20000}, rates), "ordered-none-fractions") < 14);
  CHECK(bits_each(sample_of(ElementType::f64, {20000}, shares), "ordered-none-fractions") < 8.5);
}

TEST_CASE("what repeats with other signs is seen to repeat") {
  std::mt19937 random(7);
  std::vector<float> waves;
  for (int i = 0; i < 20000; ++i)
    waves.push_back((random() % 2 ? -1.0f : 1.0f) *
                    (i < 2000 ? std::sqrt(static_cast<float>(random())) : std::abs(waves[waves.size() - 2000])));
  // A sign each, and the first 2000 in full.
  CHECK(bits_each(sample_of(ElementType::f32, {20000}, waves), "mirrored-none-zstd") < 1.2 + 3.5);
}

TEST_CASE("floats that were integers, fractions and decimals go by their grid") {
  std::mt19937 random(5);
  std::vector<float> whole, pixels, prices, five_digits;
  std::vector<double> wide;
  for (int i = 0; i < 20000; ++i) {
    whole.push_back(static_cast<float>(static_cast<int>(random() % 1024) - 512));
    pixels.push_back(static_cast<float>(random() % 256) / 255.0f);
    prices.push_back(static_cast<float>(static_cast<int>(random() % 4096)) / 100.0f);
    wide.push_back(static_cast<double>(static_cast<int>(random() % 65536)) / 1000.0);
    const int digits = 10000 + static_cast<int>(random() % 90000), places = 4 + static_cast<int>(random() % 4);
    five_digits.push_back(static_cast<float>(digits / std::pow(10.0, places)) * (random() % 2 ? 1.0f : -1.0f));
  }
  CHECK(bits_each(sample_of(ElementType::f32, {20000}, whole), "grid-none-bins") < 10.2);
  CHECK(bits_each(sample_of(ElementType::f32, {20000}, pixels), "grid-none-bins") < 8.2);
  CHECK(bits_each(sample_of(ElementType::f32, {20000}, prices), "grid-none-bins") < 12.2);
  CHECK(bits_each(sample_of(ElementType::f64, {20000}, wide), "grid-none-bins") < 16.3);
  // log2(90000) + log2(4) + 1 = 19.46
  CHECK(bits_each(sample_of(ElementType::f32, {20000}, five_digits), "grid_folded-none-bins") < 19.7);
  // Some numbers that no grid holds, in between.
  for (std::size_t i = 0; i < prices.size(); i += 100) prices[i] = i % 200 ? -0.0f : std::nanf("3");
  CHECK(bits_each(sample_of(ElementType::f32, {20000}, prices), "grid-none-bins") < 13);
}

TEST_CASE("floats without a grid are not forced on one") {
  std::mt19937 random(6);
  std::normal_distribution<float> normal;
  std::vector<float> weights;
  for (int i = 0; i < 20000; ++i) weights.push_back(normal(random));
  CHECK(used_by(frame_of(sample_of(ElementType::f32, {20000}, weights), named("grid-none-bins"))).code == Code::stored);
  CHECK(bits_each(sample_of(ElementType::f32, {20000}, weights), "folded-none-bins") < 27.2);
}

TEST_CASE("weights: blocks of different magnitude, columns of different scale") {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  std::vector<float> blocks, columns;
  for (int i = 0; i < 32768; ++i) {
    blocks.push_back(normal(random) * std::exp2(static_cast<float>(i / 512 % 8)));
    columns.push_back(normal(random) * std::exp2(static_cast<float>(i % 16)));
  }
  const auto by_block = sample_of(ElementType::f32, {32768}, blocks),
             by_column = sample_of(ElementType::f32, {2048, 16}, columns);
  CHECK(bits_each(by_block, "folded-none-block_bins") < bits_each(by_block, "folded-none-bins") - 0.6);
  CHECK(bits_each(by_column, "folded-none-column_bins") < bits_each(by_column, "folded-none-bins") - 0.8);
}

TEST_CASE("few values of any kind go by a dictionary") {
  std::mt19937_64 random(8);
  std::vector<double> known, values;
  for (int i = 0; i < 64; ++i) known.push_back(std::bit_cast<double>(random()));
  for (int i = 0; i < 20000; ++i)
    values.push_back(known[std::min<std::uint64_t>(63, random() % 64 * (random() % 64) / 16)]);
  const auto sample = sample_of(ElementType::f64, {20000}, values);
  CHECK(bits_each(sample, "tokens-none-planes") < 6);
  CHECK(bits_each(sample, "ranked-none-planes") < 6);
}

TEST_CASE("pixels: strokes on black, and a photograph of three channels") {
  std::mt19937 random(9);
  std::vector<std::uint8_t> strokes(64 * 28 * 28), photo;
  for (std::size_t i = 0; i < strokes.size(); ++i)
    strokes[i] = i % 28 > 10 && i % 28 < 18 ? static_cast<std::uint8_t>(200 + random() % 8) : 0;
  for (int row = 0; row < 64; ++row)
    for (int column = 0; column < 96; ++column) {
      const int light = row * 2 + column + static_cast<int>(random() % 8);
      for (const int tint : {0, -20, 5}) photo.push_back(static_cast<std::uint8_t>(std::clamp(light + tint, 0, 255)));
    }
  CHECK(bits_each(sample_of(ElementType::u8, {64, 28, 28}, strokes), "ordered-none-pixels") < 1.0);
  CHECK(bits_each(sample_of(ElementType::u8, {64, 96, 3}, photo), "ordered-none-pixels") < 2.0);
}

TEST_CASE("signals: weights of linear prediction find a tone") {
  std::mt19937 random(10);
  std::vector<std::int16_t> tone;
  for (int i = 0; i < 20000; ++i)
    tone.push_back(static_cast<std::int16_t>(8000 * std::sin(i * 0.3) + 5000 * std::sin(i * 0.71) +
                                             static_cast<int>(random() % 4)));
  const auto sample = sample_of(ElementType::i16, {20000}, tone);
  CHECK(bits_each(sample, "ordered-linear-neighbors") < 5);
  CHECK(bits_each(sample, "ordered-delta-neighbors") > 9);
}

TEST_CASE("signals: many values lie in bands, and come back by every instruction set") {
  std::mt19937 random(11);
  for (const std::size_t count : {65535u, 65536u, 70007u, 16u * 4096u * 2u + 15u}) {
    std::vector<std::int16_t> tone;
    std::vector<double> shares;
    for (std::size_t i = 0; i < count; ++i) {
      const double at = static_cast<double>(i);
      tone.push_back(static_cast<std::int16_t>(9000 * std::sin(at * 0.3) * std::sin(at * 1e-4) +
                                               static_cast<int>(random() % 64)));
      if (i % 3000 < 20) tone.back() = i % 2 ? 32767 : -32768;
      shares.push_back(tone.back() / 32768.0);
    }
    for (const Sample& sample : {sample_of(ElementType::i16, {count}, tone), sample_of(ElementType::f64, {count}, shares)}) {
      const char* const name = sample.type == ElementType::i16 ? "ordered-linear-bins" : "grid-linear-neighbors";
      const Bytes frame = frame_of(sample, named(name));
      REQUIRE(pipeline_name(used_by(frame)) == name);
      for (const InstructionSet set : {InstructionSet::plain, InstructionSet::avx2, InstructionSet::avx512vbmi}) {
        INFO(count << " of " << name << ", set " << static_cast<int>(set));
        limit_instruction_set(set);
        CHECK(decoded(frame, sample.data.size()) == sample.data);
      }
    }
  }
}

TEST_CASE("damaged weights and residuals give the same samples, or none, by every instruction set") {
  std::mt19937 random(12);
  std::vector<std::uint32_t> values;
  for (int i = 0; i < 70000; ++i)
    values.push_back(1000000 + static_cast<std::uint32_t>(50000 * std::sin(i * 0.01)) + random() % 100);
  ByteWriter written;
  REQUIRE(predict_linear<std::uint32_t>(values, written));
  for (int i = 0; i < 60; ++i) {
    Bytes parameters(written.span().begin(), written.span().end());
    std::vector<std::uint32_t> residuals = values;
    for (int k = 0; k < 3; ++k) parameters[random() % parameters.size()] = static_cast<std::uint8_t>(random());
    residuals[random() % residuals.size()] = random();
    std::vector<std::vector<std::uint32_t>> results;
    for (const InstructionSet set : {InstructionSet::plain, InstructionSet::avx2, InstructionSet::avx512vbmi}) {
      limit_instruction_set(set);
      std::vector<std::uint32_t> samples = residuals;
      ByteReader in(parameters);
      if (!unpredict_linear<std::uint32_t>(samples, in)) samples.clear();
      results.push_back(std::move(samples));
    }
    CHECK(results[1] == results[0]);
    CHECK(results[2] == results[0]);
  }
}

TEST_CASE("neighbors without rows are read as they once were written") {
  const Bytes frame{
      0x44, 0x42, 0x4b, 0x46, 0x01, 0x04, 0x00, 0x01, 0x05, 0x01, 0xc8, 0x51, 0xe5, 0x68, 0x61, 0xe1, 0x5d, 0xfd, 0xac,
      0x02, 0x04, 0x80, 0x80, 0x02, 0x00, 0x01, 0x01, 0x00, 0x00, 0x00, 0x16, 0xed, 0x10, 0x22, 0x22, 0x22, 0x42, 0x86,
      0x0c, 0x19, 0x12, 0x60, 0x1c, 0xc7, 0x89, 0x46, 0x21, 0x52, 0x48, 0x92, 0x30, 0x11, 0x03, 0x8a, 0x02, 0x30, 0xc0,
      0x3b, 0x00, 0xc6, 0x80, 0x50, 0x5c, 0xca, 0x67, 0x19, 0x00, 0x2f, 0xbe, 0x02, 0x01, 0x60, 0x01, 0xb3, 0x00, 0xde,
      0x9e, 0x39, 0x04, 0x36, 0x98, 0x0f, 0x00, 0x37, 0x88, 0xfb, 0x02, 0x7d, 0x51, 0x60, 0x01, 0xca, 0x50, 0x77, 0x01,
      0x07, 0x3f, 0x68, 0x01, 0x1b, 0x9c, 0x44, 0x00, 0xa8, 0x12, 0xa1, 0x74, 0xb0, 0x55, 0x73, 0x01, 0x89, 0xa7, 0x5a,
      0xf6, 0xc0, 0xed, 0x15, 0x00, 0x08, 0x32, 0x08, 0x00, 0xb1, 0x95, 0x30, 0x00, 0x58, 0x75, 0x14, 0x00, 0xfc, 0x37,
      0x0c, 0x00, 0x45, 0xc1, 0x02, 0x00, 0x13, 0x91, 0x3d, 0x00, 0x7e, 0x98, 0x15, 0x00, 0x9c, 0xeb, 0x02, 0x00, 0x30,
      0x12, 0x02, 0x00, 0x98, 0x95, 0x20, 0x02, 0xdb, 0x09, 0x8b, 0xe2, 0xb5, 0x1e, 0x06, 0x00, 0x1d, 0x52, 0x08, 0x00,
      0xc2, 0xc5, 0x18, 0x00, 0x22, 0xaf, 0x04, 0x00, 0x39, 0x8b, 0x0b, 0x00, 0x08, 0x62, 0x0b, 0x9c, 0x58, 0x32, 0xa5,
      0x99, 0xa3, 0x5e, 0xd9, 0xc1, 0x75, 0xd1, 0x88, 0xab, 0xb6, 0x91, 0x6d, 0x6b, 0x78, 0xd2, 0x8b, 0x55, 0x3c, 0x05,
      0x8a, 0x1e, 0xe9, 0xae, 0x4f, 0xdc, 0xa1, 0x91, 0xaf, 0x59, 0x80, 0xc2, 0xc7, 0x9f, 0xfd, 0x9c, 0xee, 0x61, 0x0b,
      0xc6, 0xe3, 0xf5, 0xc6, 0x61, 0x1e, 0x82, 0xe1, 0x86, 0xec, 0xdb, 0x74, 0x55, 0xcc, 0x92, 0x96, 0xa3, 0x40, 0x43,
      0xec, 0xb0, 0xac, 0x30, 0x80, 0x93, 0xa5, 0x20, 0xaa, 0x30, 0xc0, 0x86, 0x60, 0x66, 0x40, 0xde, 0xc0, 0xae, 0xc0,
      0x3a, 0xc0, 0x78, 0x60, 0x03, 0x40, 0x27, 0xe0, 0xdc, 0xe0, 0x26, 0x20, 0xcf, 0x40, 0x33, 0x20, 0x7a, 0x20, 0x54,
      0xa0, 0x1b, 0x20, 0x64, 0x20, 0x03, 0xc0, 0xcc, 0xa0, 0x3e, 0x00, 0x30, 0x20, 0x03, 0x40, 0x4e, 0xe0, 0x3b, 0x00,
      0xea, 0x20, 0x64, 0x40, 0xcd, 0xc0, 0x57, 0x00, 0x3e, 0x40, 0x6c, 0x00, 0x20, 0x80, 0x60, 0xe0, 0x7f, 0x6b, 0x00,
      0x04, 0x55, 0x00, 0xbb, 0x0a, 0x10, 0x51, 0xf5, 0x02, 0x78, 0x55, 0x54, 0x00, 0x9a, 0x92, 0x54, 0x44, 0x3e, 0x42,
      0xd3, 0xb0, 0xf5, 0x12, 0x10, 0x1f, 0x42, 0x09, 0x91, 0x23, 0xe9, 0xb1, 0xf6, 0x36, 0xc6, 0x06, 0x1c, 0x50, 0x06,
      0xa1, 0x00, 0x55, 0x29, 0x5f, 0x73, 0xda, 0x68, 0xc0, 0x11, 0xd0, 0x82, 0x78, 0xd2, 0x93, 0x9c, 0xf4, 0x99, 0x5c,
      0xf4, 0xb2, 0x97, 0xe5, 0x11, 0x8c, 0x20, 0x24, 0x47, 0xe4, 0x08, 0x1d, 0xa2, 0x42, 0x7e, 0x73, 0x1b, 0xda, 0xb0,
      0xc0, 0x15, 0xae, 0x74, 0x99, 0xd4, 0x24, 0xa7, 0x8f, 0x7d, 0xf6, 0x43, 0x39, 0xca, 0xd3, 0x35, 0x90, 0x00, 0x07,
      0x41, 0x39, 0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
  std::vector<std::int16_t> values;
  for (int i = 0; i < 300; ++i) values.push_back(static_cast<std::int16_t>(i * i / 16 % 90 + i * 37 % 11));
  const Sample sample = sample_of(ElementType::i16, {300}, values);
  CHECK(pipeline_name(used_by(frame)) == "ordered-delta-neighbors");
  for (const InstructionSet set : {InstructionSet::plain, InstructionSet::avx2, InstructionSet::avx512vbmi}) {
    INFO("set " << static_cast<int>(set));
    limit_instruction_set(set);
    CHECK(decoded(frame, sample.data.size()) == sample.data);
  }
}

TEST_CASE("what repeats goes by zstd, in each of its layouts") {
  std::mt19937 random(12);
  std::vector<std::uint32_t> phrase, whole, lengths;
  for (int i = 0; i < 500; ++i) phrase.push_back(random());
  for (int i = 0; i < 20000; ++i) whole.push_back(phrase[static_cast<std::size_t>(i) % 500]);
  // Numbers of one, two and three bytes, the bounds between them among these.
  const std::vector<std::uint32_t> bounds{0, 207, 208, 10447, 10448, 10448 + 524287};
  for (int i = 0; i < 20000; ++i) lengths.push_back(random() % 8 ? random() % 200 : bounds[random() % 6]);
  CHECK(bits_each(sample_of(ElementType::u32, {20000}, whole), "ordered-none-zstd") < 1);
  CHECK(bits_each(sample_of(ElementType::u32, {20000}, lengths), "ordered-none-zstd") < 11);
  std::vector<double> slow;  // a high byte that seldom changes over a low one that is noise
  for (int i = 0; i < 20000; ++i) slow.push_back(std::bit_cast<double>(std::uint64_t{random()} << 32 >> 24));
  CHECK(bits_each(sample_of(ElementType::f64, {20000}, slow), "ordered-none-zstd") < 33);
}

TEST_CASE("a table by columns, an array by stretches") {
  std::mt19937 random(13);
  std::normal_distribution<float> normal;
  std::vector<float> table, changing;
  for (int i = 0; i < 8000; ++i) {
    table.push_back(static_cast<float>(i));                                              // nothing new
    table.push_back(static_cast<float>(static_cast<int>(random() % 100)) / 100.0f);      // log2(100) = 6.64 bits
    table.push_back(random() % 2 ? 1e30f : std::nanf("7"));                              // 1 bit
    changing.push_back(normal(random));
  }
  for (int i = 0; i < 24000; ++i) changing.push_back(static_cast<float>(i / 7));
  const auto by_column = sample_of(ElementType::f32, {8000, 3}, table);
  const auto by_stretch = sample_of(ElementType::f32, {32000}, changing);
  CHECK(bits_each(by_column, "ordered-none-columns") < (6.64 + 1) / 3 + 0.3);
  CHECK(bits_each(by_stretch, "ordered-none-stretches") < bits_each(by_stretch, "ordered-none-planes") - 0.5);
  const auto alike = sample_of(ElementType::u16, {20000}, std::vector<std::uint16_t>(20000, 3));
  CHECK(used_by(frame_of(by_stretch, {Map::folded, Predict::none, Code::columns})).code == Code::stored);
  CHECK(used_by(frame_of(alike, {{}, {}, Code::stretches})).code == Code::constant);
}

TEST_CASE("a flipped bit or a cut is seen in every pipeline") {
  const auto sample = sample_of(ElementType::i32, {4, 16, 16}, surface(4, 16, 16, 11));
  for (const Pipeline pipeline : all_pipelines()) {
    const Bytes frame = frame_of(sample, pipeline);
    INFO(pipeline_name(pipeline));
    Bytes out(sample.data.size());
    for (std::size_t at = 0; at < frame.size(); at += 1 + frame.size() / 97) {
      CHECK(decode(ByteSpan(frame).first(at), out) != Status::ok);
      Bytes bent = frame;
      bent[at] ^= static_cast<std::uint8_t>(1u << at % 8);
      CHECK((decode(bent, out) != Status::ok || out == sample.data));
    }
  }
}

TEST_CASE("every instruction set gives the same elements, of whole frames and of damaged ones") {
  constexpr std::array kSets{InstructionSet::plain, InstructionSet::avx2, InstructionSet::avx512,
                             InstructionSet::avx512vbmi};
  for (const ElementType type : kTypes) {
    Sample sample = odd_values(type, {50, 24});
    const Bytes once = sample.data;
    while (sample.data.size() < 8 * once.size()) sample.data.insert(sample.data.end(), once.begin(), once.end());
    sample.shape = {400, 24};
    for (const Pipeline pipeline : all_pipelines()) {
      Bytes frame = frame_of(sample, pipeline);
      if (frame.empty() || used_by(frame).code == Code::stored) continue;
      Bytes bent = frame;
      bent[bent.size() / 2] ^= 0x11;
      limit_instruction_set(InstructionSet::plain);
      const Bytes of_bent = decoded(bent, sample.data.size());  // empty, or a table's entry that nothing used was bent
      for (const InstructionSet set : kSets) {
        INFO(element_info(type).name << " " << pipeline_name(pipeline) << ", set " << static_cast<int>(set));
        limit_instruction_set(set);
        CHECK(decoded(frame, sample.data.size()) == sample.data);
        CHECK(decoded(bent, sample.data.size()) == of_bent);
      }
    }
  }
  limit_instruction_set(kSets.back());
}

namespace {

/// A text of a made-up language: phrases of a few hundred words, and words by their class between them.
std::vector<std::uint32_t> text(std::size_t count, unsigned phrases, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint32_t> known, words;
  for (unsigned i = 0; i < 8 * phrases; ++i) known.push_back(random() % 2000 * 17);
  unsigned word_class = 0;
  while (words.size() < count) {
    if (phrases > 0 && random() % 4 == 0) {
      const auto from = known.begin() + random() % phrases * 8;
      words.insert(words.end(), from, from + 8);
    }
    word_class = (word_class + 1 + random() % 2) % 16;
    words.push_back((word_class * 128 + random() % 128 * (random() % 128) / 128) * 17);
  }
  words.resize(count);
  return words;
}

}  // namespace

TEST_CASE("words of a text go by those before them") {
  // Of 16 classes two may follow (1 bit), and 6.36 bits tell the rank in one; what is known of the words comes on top.
  const auto classes = sample_of(ElementType::u32, {60000}, text(60000, 0, 13));
  CHECK(bits_each(classes, "ordered-none-phrases") < 8.3);
  CHECK(bits_each(classes, "ordered-none-phrases") < bits_each(classes, "ranked-none-zstd") * 0.8);
  const auto phrases = sample_of(ElementType::u32, {60001}, text(60001, 100, 14));
  CHECK(bits_each(phrases, "ordered-none-phrases") < bits_each(phrases, "ranked-none-zstd") * 0.9);
  std::vector<std::int64_t> wide;
  for (const std::uint32_t word : text(20000, 100, 15)) wide.push_back(std::int64_t{word} * 0x100000001 - (1ll << 40));
  CHECK(bits_each(sample_of(ElementType::i64, {20000}, wide), "ordered-none-phrases") < 6);
}

TEST_CASE("what repeats close by is walked in few lanes, other texts in many") {
  std::mt19937 random(16);
  std::vector<std::uint32_t> close;  // every page twice; of 16 lanes, one would read it while the next one does
  while (close.size() < 64 * 938) {
    const auto page = text(938, 0, static_cast<unsigned>(random()));
    for (int copy = 0; copy < 2; ++copy) close.insert(close.end(), page.begin(), page.end());
  }
  const auto lanes = [](std::span<const std::uint32_t> words) {
    ByteWriter out;
    REQUIRE(write_phrases(words, out));
    ByteReader in(out.span());
    std::vector<std::uint32_t> back(words.size());
    REQUIRE(read_phrases<std::uint32_t>(in, back));
    CHECK(in.finished());
    CHECK(std::equal(back.begin(), back.end(), words.begin()));
    return out.span()[0];
  };
  CHECK(lanes(close) == 2);
  CHECK(lanes(text(60000, 0, 17)) == 16);
  for (const std::size_t count : {64u, 1023u, 1024u, 1025u, 2049u, 16384u, 16385u, 33000u})  // about the lanes' ends
    (void)lanes(text(count, count % 3 * 20, 19));
}

TEST_CASE("every instruction set makes the same guesses") {
  for (const unsigned phrases : {0u, 100u}) {
    auto words = text(40000, phrases, 20);
    if (phrases > 0) std::copy_n(words.begin(), 20000, words.begin() + 20000);
    const auto sample = sample_of(ElementType::u32, {40000}, words);
    limit_instruction_set(InstructionSet::plain);
    const Bytes frame = frame_of(sample, named("ordered-none-phrases"));
    CHECK(used_by(frame).code == Code::phrases);
    for (const InstructionSet set : {InstructionSet::avx2, InstructionSet::avx512, InstructionSet::plain}) {
      INFO("set " << static_cast<int>(set));
      limit_instruction_set(set);
      CHECK(frame_of(sample, named("ordered-none-phrases")) == frame);
      CHECK(decoded(frame, sample.data.size()) == sample.data);
    }
    limit_instruction_set(InstructionSet::avx512vbmi);
  }
}

TEST_CASE("phrases: of damaged bytes nothing is read that is not there") {
  for (const unsigned phrases : {0u, 20u}) {
    ByteWriter out;
    REQUIRE(write_phrases<std::uint32_t>(text(3000, phrases, 18), out));
    std::mt19937 random(19);
    std::vector<std::uint32_t> back(3000);
    for (int i = 0; i < 2000; ++i) {
      Bytes bytes(out.span().begin(), out.span().end());
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
      if (i % 4 == 0) bytes.resize(random() % bytes.size());
      if (i % 5 == 0) bytes[0] = i % 2 ? 2 : 32;
      ByteReader in(bytes);
      (void)(read_phrases<std::uint32_t>(in, back) && in.finished());  // the sanitizers' matter
    }
  }
}

namespace {

/// The same as sentences: the words spelled in letters, now and then a number, a sign, letters of two and three bytes.
Bytes sentences(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::string all;
  for (std::uint32_t word : text(count, 100, seed)) {
    for (word /= 17; word > 0; word /= 20) all += static_cast<char>('a' + word % 20);
    const char* const between[] = {" ", " ", " ", " ", ", ", "\r\n", " 1984 ", "\u00e9", "\u8a69", "  "};
    all += between[random() % 10];
  }
  return {all.begin(), all.end()};
}

}  // namespace

TEST_CASE("text goes by its words") {
  const Bytes all = sentences(40000, 20);
  const Sample sample{ElementType::u8, {all.size()}, all};
  CHECK(bits_each(sample, "ordered-none-words") < bits_each(sample, "ordered-none-zstd") * 0.9);
  for (const std::size_t size : {1u, 40u, 63u, 64u, 200u}) {  // too little for words to repeat, but no matter
    const Sample some{ElementType::u8, {size}, Bytes(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size))};
    CHECK(decoded(frame_of(some, named("ordered-none-words")), size) == some.data);
  }
  Bytes blanks(5000, ' ');  // longer than any word may be
  ByteWriter out;
  REQUIRE(write_words(blanks, out));
  Bytes back(blanks.size());
  ByteReader in(out.span());
  REQUIRE(read_words(in, back));
  CHECK(back == blanks);
  std::mt19937 random(21);
  for (std::uint8_t& byte : blanks) byte = static_cast<std::uint8_t>(random());
  CHECK_FALSE(write_words(blanks, out));  // no text
}

TEST_CASE("words: of damaged bytes nothing is read that is not there") {
  const Bytes all = sentences(1000, 22);
  ByteWriter out;
  REQUIRE(write_words(all, out));
  std::mt19937 random(23);
  Bytes back(all.size());
  for (int i = 0; i < 2000; ++i) {
    Bytes bytes(out.span().begin(), out.span().end());
    for (int place = 0; place < 2; ++place) bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    if (i % 4 == 0) bytes.resize(random() % bytes.size());
    ByteReader in(bytes);
    (void)(read_words(in, back) && in.finished());  // the sanitizers' matter
  }
}
