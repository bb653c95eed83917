// Codes of 8 bits with scales of their groups, and products of them.
#include <array>
#include <cmath>
#include <limits>

#include "kernels/common/group_scale.h"
#include "tests/kernels/conformance.h"
#include "tests/support/catch.hpp"

using namespace conformance;
namespace {

constexpr daybreak_dtype kCodeTypes[] = {DAYBREAK_F8_E4M3, DAYBREAK_F8_E5M2};
constexpr daybreak_scaling kScalings[] = {DAYBREAK_SCALING_ROWS, DAYBREAK_SCALING_BLOCKS};

// What the interface lets a chip round sums of a group to, relative to the magnitudes that are summed.
constexpr double kMaxRelativeErrorScaled = 0x1p-12;

struct Shape {
  std::int64_t rows, columns;
};

std::int64_t scales_of(daybreak_scaling scaling, std::int64_t rows, std::int64_t columns) {
  return daybreak::kernels::scale_count(scaling == DAYBREAK_SCALING_BLOCKS, rows, columns);
}

/// Codes are codes on the reference chip too, and must be the very same everywhere.
Tensor exact_codes(daybreak_dtype type, std::int64_t count) {
  Tensor codes = output(type, count, kExact);
  codes.keeps_type = true;
  return codes;
}

/// Magnitudes from the subnormal to the largest: groups differ in their scales.
std::vector<double> of_many_sizes(std::int64_t count, unsigned seed) {
  std::vector<double> values = normal(count, seed);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::ldexp(values[i], static_cast<int>(i / 97 % 23) * 5 - 50);
  return values;
}

Case quantize(Shape s, daybreak_dtype x_type, daybreak_dtype type, daybreak_scaling scaling, bool transpose, std::vector<double> x) {
  Case tested{"quantize " + std::to_string(s.rows) + "x" + std::to_string(s.columns),
              {input(x_type, std::move(x)), exact_codes(type, s.rows * s.columns),
               f32_updated(std::vector<double>(static_cast<std::size_t>(scales_of(scaling, s.rows, s.columns)), 1.0), kExact)},
              {}};
  tested.call = [=](auto& device, const auto& p, const auto& t) {
    daybreak_quantize q{};
    q.rows = s.rows, q.columns = s.columns, q.x = p[0], q.codes = p[1], q.scales = static_cast<float*>(p[2]);
    q.x_type = t[0], q.codes_type = type, q.scaling = scaling, q.transpose = transpose;
    device.quantize(q);
  };
  return tested;
}

struct Product {
  std::int64_t m, n, k;
  daybreak_scaling a_scaling, b_scaling;
  bool epilogue = false;  // bias, GELU and an addend
};

/// Quantizes two drawn matrices and multiplies them.
Case scaled_product(const Product& s, daybreak_dtype type) {
  Case tested{"scaled product " + std::to_string(s.m) + "x" + std::to_string(s.n) + "x" + std::to_string(s.k),
              {f32_input(of_many_sizes(s.m * s.k, 1)), f32_input(of_many_sizes(s.n * s.k, 2)),
               exact_codes(type, s.m * s.k), exact_codes(type, s.n * s.k),
               f32_output(scales_of(s.a_scaling, s.m, s.k), kExact), f32_output(scales_of(s.b_scaling, s.n, s.k), kExact),
               updated(DAYBREAK_F32, normal(s.m * s.n, 3)), input(DAYBREAK_F32, normal(s.n, 4))},
              {}};
  for (const int scales : {4, 5}) tested.tensors[scales].values.assign(tested.tensors[scales].values.size(), 1.0);
  for (const int scales : {4, 5}) tested.tensors[scales].role = Role::updated;
  Tensor& c = tested.tensors[6];
  c.budget = kMaxRelativeErrorScaled;
  c.scale.assign(c.values.size(), 3);
  for (std::int64_t i = 0; i < s.m; ++i)
    for (std::int64_t j = 0; j < s.n; ++j)
      for (std::int64_t l = 0; l < s.k; ++l)
        c.scale[i * s.n + j] += 1.2 * std::fabs(tested.tensors[0].values[i * s.k + l] * tested.tensors[1].values[j * s.k + l]);
  tested.call = [=](auto& device, const auto& p, const auto& t) {
    const auto code = [&](int from, int to, int scales, std::int64_t rows, daybreak_scaling scaling) {
      daybreak_quantize q{};
      q.rows = rows, q.columns = s.k, q.x = p[from], q.codes = p[to], q.scales = static_cast<float*>(p[scales]);
      q.x_type = DAYBREAK_F32, q.codes_type = type, q.scaling = scaling;
      device.quantize(q);
    };
    code(0, 2, 4, s.m, s.a_scaling);
    code(1, 3, 5, s.n, s.b_scaling);
    daybreak_gemm g{};
    g.m = s.m, g.n = s.n, g.k = s.k, g.a = p[2], g.b = p[3], g.c = p[6];
    g.a_type = g.b_type = g.compute = type, g.c_type = t[6], g.transpose_b = 1, g.alpha = 1;
    g.a_scales = static_cast<const float*>(p[4]), g.b_scales = static_cast<const float*>(p[5]);
    g.a_scaling = s.a_scaling, g.b_scaling = s.b_scaling;
    if (s.epilogue) g.bias = p[7], g.bias_type = t[7], g.beta = 0.5f, g.epilogue = DAYBREAK_EPILOGUE_GELU;
    device.gemm(g);
  };
  return tested;
}

}  // namespace

TEST_CASE("quantize: codes and scales are those of the definition") {
  for (const daybreak_dtype type : kCodeTypes)
    for (const daybreak_scaling scaling : kScalings)
      for (const Shape shape : {Shape{1, 1}, Shape{5, 127}, Shape{128, 128}, Shape{131, 300}, Shape{260, 65}})
        for (const bool transpose : {false, true})
          for (const daybreak_dtype x_type : kWideTypes)
            check(quantize(shape, x_type, type, scaling, transpose, of_many_sizes(shape.rows * shape.columns, 1)));
}

TEST_CASE("quantize: what is not finite changes no scale, and the ends of the range hold") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity(), kNan = std::numeric_limits<double>::quiet_NaN();
  const Shape shape{4, 384};
  std::vector<double> x = normal(shape.rows * shape.columns, 3);
  x[3] = kNan, x[200] = kInfinity, x[384 + 5] = -kInfinity;
  for (int i = 0; i < 128; ++i) x[2 * 384 + i] = 0;
  for (int i = 128; i < 256; ++i) x[2 * 384 + i] = 1e-40;
  for (int i = 256; i < 384; ++i) x[2 * 384 + i] = i == 300 ? 3.4e38 : 1e30;
  for (int i = 0; i < 128; ++i) x[3 * 384 + i] = i == 7 ? 448 : 447;   // E4M3's largest number needs no scale
  for (int i = 128; i < 256; ++i) x[3 * 384 + i] = i == 200 ? 449 : 1; // one more does
  for (const daybreak_dtype type : kCodeTypes)
    for (const daybreak_scaling scaling : kScalings) check(quantize(shape, DAYBREAK_F32, type, scaling, false, x));
}

TEST_CASE("quantize: products of scaled codes") {
  constexpr auto kRows = DAYBREAK_SCALING_ROWS, kBlocks = DAYBREAK_SCALING_BLOCKS;
  for (const daybreak_dtype type : kCodeTypes)
    for (const auto& [m, n, k] : {std::array<std::int64_t, 3>{1, 1, 1}, {33, 17, 130}, {64, 128, 256}, {130, 140, 384}}) {
      check(scaled_product({m, n, k, kRows, kRows}, type));
      check(scaled_product({m, n, k, kRows, kBlocks, true}, type));
      check(scaled_product({m, n, k, kBlocks, kRows}, type));
    }
}

TEST_CASE("quantize: contradicting arguments are refused in words") {
  for_each_device([](const std::string& name, daybreak::device::Device& device) {
    INFO(name);
    daybreak::device::Buffer memory = device.allocate(4096);
    daybreak_quantize q{};
    q.rows = q.columns = 8, q.x = q.codes = memory.data(), q.scales = memory.as<float>(), q.x_type = DAYBREAK_F32;
    q.codes_type = DAYBREAK_F8_E4M3;
    CHECK_THROWS(device.quantize(q));  // no scaling
    q.scaling = DAYBREAK_SCALING_ROWS, q.codes_type = DAYBREAK_BF16;
    CHECK_THROWS(device.quantize(q));
    daybreak_gemm g{};
    g.m = g.n = g.k = 8, g.a = g.b = g.c = memory.data(), g.alpha = 1;
    g.a_type = g.b_type = g.compute = DAYBREAK_F8_E4M3;
    g.a_scaling = g.b_scaling = DAYBREAK_SCALING_ROWS, g.a_scales = g.b_scales = memory.as<float>();
    CHECK_THROWS(device.gemm(g));  // b is not transposed
    g.transpose_b = 1, g.b_scaling = DAYBREAK_SCALING_NONE;
    CHECK_THROWS(device.gemm(g));
  });
}
