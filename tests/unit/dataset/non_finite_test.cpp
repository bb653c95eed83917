// NaN and infinities of every type, counted by what the types say of their bits.
#include "libcore/dataset/non_finite.h"

#include <cmath>
#include <cstring>

#include "kernels/common/formats.h"
#include "libcore/base/error.h"
#include "libcore/dataset/compress.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;
using namespace daybreak::dataset;

namespace {

/// All patterns of a type of up to 16 bits, against what their decoded values are.
template <typename Format, typename Word>
void check_all_patterns(io::DType type) {
  NonFiniteCount wanted;
  std::vector<std::byte> bytes;
  for (std::uint32_t pattern = 0; pattern < std::uint32_t{1} << (8 * sizeof(Word)); ++pattern) {
    const auto word = static_cast<Word>(pattern);
    const auto value = kernels::decode<Format>(word);
    wanted.nan += std::isnan(value) ? 1 : 0;
    wanted.infinite += std::isinf(value) ? 1 : 0;
    const auto one = std::as_bytes(std::span(&word, 1));
    bytes.insert(bytes.end(), one.begin(), one.end());
  }
  const NonFiniteCount found = count_non_finite(type, bytes);
  CHECK(found.nan == wanted.nan);
  CHECK(found.infinite == wanted.infinite);
  CHECK(found.nan > 0);
}

template <typename Real>
NonFiniteCount count_of(io::DType type, std::vector<Real> values) {
  return count_non_finite(type, std::as_bytes(std::span(values)));
}

}  // namespace

TEST_CASE("every pattern of the short types is NaN, infinite or neither as it decodes") {
  check_all_patterns<kernels::F16, std::uint16_t>(io::DType::f16);
  check_all_patterns<kernels::Bf16, std::uint16_t>(io::DType::bf16);
  check_all_patterns<kernels::F8E4m3, std::uint8_t>(io::DType::f8_e4m3);
  check_all_patterns<kernels::F8E5m2, std::uint8_t>(io::DType::f8_e5m2);
}

TEST_CASE("long types, and those that have no NaN") {
  const auto floats =
      count_of<float>(io::DType::f32, {NAN, -NAN, INFINITY, -INFINITY, INFINITY, 3.4e38f, 1e-45f, -0.0f});
  CHECK(floats.nan == 2);
  CHECK(floats.infinite == 3);
  const auto doubles = count_of<double>(io::DType::f64, {NAN, -INFINITY, 1.7e308, 5e-324, 0});
  CHECK(doubles.nan == 1);
  CHECK(doubles.infinite == 1);
  CHECK_FALSE(count_of<std::int64_t>(io::DType::i64, {-1, 0x7ff0000000000000}).any());
  CHECK_FALSE(has_nan(io::DType::u64));
  CHECK(has_nan(io::DType::f8_e4m3));
}

TEST_CASE("the first of several is refused by its index, beyond the first part and on any number of threads") {
  test::ScratchDataset scratch;
  std::vector<float> values(3 * 100 * 4000, 1);
  values[2 * 400000 + 57 * 4000 + 3999] = -INFINITY;
  values.back() = NAN;
  const auto bytes = std::as_bytes(std::span(values));
  const auto inputs =
      test::inputs_of(test::input_of({"x", io::DType::f32, {3, 100, 4000}}, {bytes.begin(), bytes.end()}));
  for (const std::int64_t threads : {1, 3}) {
    try {
      refuse_non_finite(inputs, scratch.around(threads));
      FAIL("not refused");
    } catch (const Error& error) {
      CHECK(error.status() == ExitStatus::data);
      CHECK(error.message() == "\"x\" is infinite at [2,57,3999]");
    }
  }
}
