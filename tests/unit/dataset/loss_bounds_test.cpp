// Bounds for single arrays: which holds for which name, and what only an array's own name may allow.
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/dataset/loss.h"
#include "libcore/dataset/real_values.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;
using namespace daybreak::dataset;

namespace {

LossBounds bounds_for(std::vector<std::string> arrays) {
  LossBounds bounds;
  bounds.arrays = std::move(arrays);
  return bounds;
}

/// So many different values, again and again, on a slow wave.
std::vector<CompressInput> steps(std::size_t different, io::DType type = io::DType::f32) {
  const io::ArrayInfo info{"steps", type, {20000}};
  std::vector<double> values(20000);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double wave = std::sin(static_cast<double>(i) / 300);
    values[i] = std::floor((wave + 1) / 2 * static_cast<double>(different - 1) + 0.5) / 3;
  }
  std::vector<std::byte> bytes(values.size() * io::dtype_bytes(type));
  if (is_real(type)) from_doubles(type, values, bytes);
  return test::inputs_of(test::input_of(info, std::move(bytes)));
}

}  // namespace

TEST_CASE("an array's own name comes before patterns, of these the last, then the bounds of all") {
  LossBounds bounds = bounds_for({"layer*:nmse=0.01,max-abs=2", "layer1:exact", "*:bits=0.99"});
  bounds.integrity = 0.9;
  CHECK_FALSE(bounds.of("layer1").any());
  CHECK(bounds.of("layer1").by_name);
  CHECK(bounds.of("layer2").bits == 0.99);
  CHECK_FALSE(bounds.of("layer2").nmse);
  CHECK_FALSE(bounds.of("layer2").by_name);
  bounds.arrays.pop_back();
  CHECK(bounds.of("layer2").nmse == 0.01);
  CHECK(bounds.of("layer2").max_abs == 2);
  CHECK_FALSE(bounds.of("layer2").integrity);
  CHECK(bounds.of("other").integrity == 0.9);
  CHECK(bounds_for({"a:b:nmse=0.5"}).of("a:b").nmse == 0.5);
}

TEST_CASE("bounds of arrays that cannot be are refused") {
  for (const char* text : {"x", ":nmse=1", "x:", "x:nmse", "x:nmse=2", "x:size=1", "x:nmse=1e-3,", "x:nmse=small"}) {
    INFO(text);
    CHECK_THROWS_AS(bounds_for({text}).check(), Error);
  }
  CHECK_NOTHROW(bounds_for({"x:nmse=1e-3,psnr=40", "y:exact"}).check());
  CHECK_NOTHROW(bounds_for({"x:exact", "*y:exact"}).check_names({"x", "my"}));
  CHECK_THROWS_AS(bounds_for({"z:exact"}).check_names({"x", "y"}), Error);
}

TEST_CASE("few different values lose by the array's own name alone, and keep its bound") {
  test::ScratchDataset scratch;
  for (const char* text : {"*:nmse=0.003", "steps:exact"}) {
    auto inputs = steps(900);
    lose(inputs, bounds_for({text}), {}, scratch.around());
    CHECK_FALSE(inputs[0].losses[0]);
  }
  for (const char* reader : {"h5py", "plugin"}) {
    CompressOptions options;
    options.reader = reader;
    auto inputs = steps(900);
    lose(inputs, bounds_for({"steps:nmse=0.003"}), options, scratch.around());
    INFO(reader);
    REQUIRE(inputs[0].losses[0]);
    CHECK(inputs[0].losses[0]->nmse > 0);
    CHECK(inputs[0].losses[0]->nmse <= 0.003);
  }
  auto integers = steps(900, io::DType::i32);
  CHECK_THROWS_AS(lose(integers, bounds_for({"steps:nmse=0.003"}), {}, scratch.around()), Error);
}

TEST_CASE("a share of the information holds as it is measured") {
  test::ScratchDataset scratch;
  auto inputs = steps(5000);
  LossBounds bounds;
  bounds.integrity = 0.97;
  bounds.measure = "nmi";
  lose(inputs, bounds, {}, scratch.around());
  REQUIRE(inputs[0].losses[0]);
  const double kept = *inputs[0].losses[0]->quality->normalized_information;
  CHECK(kept >= 0.97);
  CHECK(kept < 1);
}

TEST_CASE("bounds and numbers that make no sense are refused by the name of their option") {
  using Catch::Contains;
  CHECK_THROWS_WITH(bounds_for({"a:max-abs=1,nmse=0.1,max-abs=2"}).check(), Contains("--bound: max-abs is given twice"));
  CHECK_THROWS_WITH(bounds_for({"a:max-abs=x"}).check(), Contains("--bound: expected a finite number, found 'x'"));
  LossBounds bounds;
  bounds.missing = {"-9999", "nan"};
  CHECK_THROWS_WITH(bounds.check(), Contains("--missing: expected a finite number, found 'nan'"));
}

TEST_CASE("grids that nearly vanish get larger chunks, unless their size was asked for") {
  test::ScratchDataset scratch;
  const io::ArrayInfo info{"hills", io::DType::f32, {1024, 1500}};
  std::vector<std::byte> bytes(info.bytes());
  std::vector<double> values(bytes.size() / 4);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = std::sin(static_cast<double>(i % 1500) / 90) * std::cos(static_cast<double>(i / 1500) / 70);
  from_doubles(info.type, values, bytes);
  CompressOptions options;
  options.reader = "plugin";
  options.effort = "fast";
  for (const bool asked : {false, true}) {
    if (asked) options.chunk_bytes = kChunkBytes;
    auto inputs = test::inputs_of(test::input_of(info, bytes));
    LossBounds bounds;
    bounds.nmse = 0.003;
    lose(inputs, bounds, options, scratch.around(2));
    REQUIRE(inputs[0].lossy_forms[0]);
    CHECK(inputs[0].lossy_forms[0]->chunk_target == (asked ? std::uint64_t{1} << 20 : kLargerChunk));
    CHECK(plan_arrays(inputs, options)[0].grid.count == (asked ? 6 : 2));
  }
}
