// Matrix products: shapes, transposes, scaling, bias, types, and what must not be read.
#include <cmath>
#include <limits>

#include "tests/kernels/conformance.h"
#include "tests/support/catch.hpp"

using namespace conformance;
namespace {

struct Shape {
  std::int64_t m, n, k;
};

/// A product's variant beyond its shape.
struct Variant {
  bool transpose_a = false, transpose_b = false, bias = false;
  float alpha = 1, beta = 0;
  daybreak_dtype a = DAYBREAK_F32, b = DAYBREAK_F32, c = DAYBREAK_F32, compute = DAYBREAK_F32;
  daybreak_epilogue epilogue = DAYBREAK_EPILOGUE_NONE;
  enum { no_aux, own_aux, aux_is_c } aux = no_aux;
  daybreak_dtype aux_type = DAYBREAK_F32;
  daybreak_layout a_layout = DAYBREAK_ROW_MAJOR, b_layout = DAYBREAK_ROW_MAJOR, c_layout = DAYBREAK_ROW_MAJOR,
                  aux_layout = DAYBREAK_ROW_MAJOR;
  bool addend_apart = false;  // what beta multiplies lies elsewhere, and c holds something else; of row-major c
};

/// For each element sum |a| |b|: what its rounding errors are relative to.
std::vector<double> magnitudes(const Shape& s, const Variant& v, const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> sums(static_cast<std::size_t>(s.m * s.n), std::fabs(v.beta) + 1.0);
  for (std::int64_t i = 0; i < s.m; ++i)
    for (std::int64_t l = 0; l < s.k; ++l)
      for (std::int64_t j = 0; j < s.n; ++j)
        sums[i * s.n + j] += std::fabs(v.alpha * a[v.transpose_a ? l * s.m + i : i * s.k + l] *
                                       b[v.transpose_b ? j * s.k + l : l * s.n + j]);
  return sums;
}

/// What rounding to a type costs, relative; float32's own is part of the budgets.
double rounding_cost(daybreak_dtype type) {
  return type == DAYBREAK_F32 ? 0 : type == DAYBREAK_BF16 ? 0x1p-8 : 0x1p-11;
}

bool is_16_bits(daybreak_dtype type) { return type == DAYBREAK_BF16 || type == DAYBREAK_F16; }

/// What an epilogue reads or writes beside c.
Tensor auxiliary(const Shape& s, const Variant& v, const std::vector<double>& scale) {
  const bool written = v.epilogue == DAYBREAK_EPILOGUE_GELU && v.aux == Variant::own_aux;
  Tensor aux = written ? output(v.aux_type, s.m * s.n) : input(v.aux_type, normal(s.m * s.n, 5, 2));
  aux.scale = scale;
  if (v.bias && is_16_bits(v.aux_type)) aux.budget += rounding_cost(v.aux_type);
  return aux;
}

/// The product on a device, in the layouts of the variant where it has them.
void multiply(const Shape& s, const Variant& v, daybreak::device::Device& device, const std::vector<void*>& p,
              const std::vector<daybreak_dtype>& t) {
  void* const aux_data = v.aux == Variant::no_aux ? nullptr : p[v.aux == Variant::own_aux ? 4 : 2];
  const daybreak_dtype aux_type = t[v.aux == Variant::own_aux ? 4 : 2];
  const bool b_is_packed = v.b_layout == DAYBREAK_PACKED_B, b_flips = v.transpose_b && !b_is_packed;
  Relaid a(device, v.a_layout, t[0], v.transpose_a ? s.k : s.m, v.transpose_a ? s.m : s.k, p[0]);
  Relaid b(device, v.b_layout, t[1], b_flips ? s.n : s.k, b_flips ? s.k : s.n, p[1], v.transpose_b && b_is_packed);
  Relaid c(device, v.c_layout, t[2], s.m, s.n, p[2]);
  Relaid aux(device, aux_data && v.aux == Variant::own_aux ? v.aux_layout : DAYBREAK_ROW_MAJOR, aux_type, s.m, s.n,
             aux_data);
  daybreak_gemm g{};
  g.m = s.m, g.n = s.n, g.k = s.k;
  g.a = a.data(), g.b = b.data(), g.c = c.data(), g.bias = v.bias ? p[3] : nullptr;
  g.a_layout = a.layout(), g.b_layout = b.layout(), g.c_layout = c.layout();
  g.a_type = t[0], g.b_type = t[1], g.c_type = t[2], g.bias_type = t[3];
  g.compute = v.compute;
  g.transpose_a = v.transpose_a, g.transpose_b = v.transpose_b && b.layout() != DAYBREAK_PACKED_B;
  g.alpha = v.alpha, g.beta = v.beta;
  g.epilogue = v.epilogue;
  g.aux = v.aux == Variant::aux_is_c ? c.data() : aux.data();
  g.aux_type = aux_type, g.aux_layout = v.aux == Variant::aux_is_c ? c.layout() : aux.layout();
  daybreak::device::Buffer addend;
  if (v.addend_apart) {
    addend = device.allocate(static_cast<std::size_t>(s.m * s.n) * daybreak::device::bytes_of(t[2]));
    device.copy(addend.data(), p[2], addend.bytes());
    device.fill_zero(p[2], addend.bytes());
    g.addend = addend.data();
  }
  device.gemm(g);
  c.take_back();
  if (v.epilogue == DAYBREAK_EPILOGUE_GELU) aux.take_back();
}

/// What the interface lets a chip round on the way, beyond the result: GELU is of what aux keeps, which the definition, in
/// float64, keeps exactly; biases and what GELU_BACKWARD multiplies may be rounded to the type of a 16-bit result.
double cost_on_the_way(const Variant& v) {
  const daybreak_dtype aux = v.aux == Variant::own_aux ? v.aux_type : v.c;
  double cost = 0;
  if (v.epilogue == DAYBREAK_EPILOGUE_GELU && v.aux != Variant::no_aux) cost += rounding_cost(aux);
  if (v.epilogue == DAYBREAK_EPILOGUE_GELU && v.aux != Variant::no_aux && v.bias && is_16_bits(aux)) cost += rounding_cost(aux);
  if (v.epilogue == DAYBREAK_EPILOGUE_GELU_BACKWARD && is_16_bits(v.c)) cost += rounding_cost(v.c);
  if (v.bias && is_16_bits(v.c)) cost += rounding_cost(v.c);
  return cost;
}

Case product(const Shape& s, const Variant& v) {
  Case tested;
  tested.name = "gemm " + std::to_string(s.m) + "x" + std::to_string(s.n) + "x" + std::to_string(s.k);
  Tensor a = input(v.a, normal(s.m * s.k, 1)), b = input(v.b, normal(s.k * s.n, 2));
  const bool c_is_read = v.beta != 0 || (v.epilogue == DAYBREAK_EPILOGUE_GELU_BACKWARD && v.aux == Variant::aux_is_c);
  Tensor c = c_is_read ? updated(v.c, normal(s.m * s.n, 3)) : output(v.c, s.m * s.n);
  c.scale = magnitudes(s, v, a.values, b.values);
  c.budget += cost_on_the_way(v);
  tested.tensors = {a, b, c, input(DAYBREAK_F32, normal(s.n, 4)), auxiliary(s, v, c.scale)};
  tested.call = [s, v](auto& device, const auto& p, const auto& t) { multiply(s, v, device, p, t); };
  return tested;
}

}  // namespace

TEST_CASE("gemm: every shape around the tiles") {
  for (const std::int64_t m : {1, 2, 5, 7, 13, 97})
    for (const std::int64_t n : {1, 3, 16, 17, 61, 65})
      for (const std::int64_t k : {1, 2, 31, 257}) check(product({m, n, k}, {}));
}

TEST_CASE("gemm: transposes, scaling and bias") {
  for (const bool transpose_a : {false, true})
    for (const bool transpose_b : {false, true})
      for (const Shape& shape : {Shape{33, 47, 65}, Shape{128, 64, 96}, Shape{1, 70, 5}}) {
        check(product(shape, {transpose_a, transpose_b}));
        check(product(shape, {transpose_a, transpose_b, true, 0.5f, 0}));
        check(product(shape, {transpose_a, transpose_b, true, -1.5f, 0.75f}));
        check(product(shape, {transpose_a, transpose_b, false, 1, 1}));
      }
}

TEST_CASE("gemm: what is added may lie elsewhere") {
  for (const daybreak_dtype type : {DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F16})
    for (const daybreak_epilogue epilogue : {DAYBREAK_EPILOGUE_NONE, DAYBREAK_EPILOGUE_GELU}) {
      Variant v{false, false, true, 1, 1, type, type, type, type, epilogue};
      v.addend_apart = true;
      check(product({47, 70, 33}, v));
    }
}

TEST_CASE("gemm: more than one block in each direction") {
  check(product({211, 1031, 523}, {false, true, true}));
  check(product({401, 769, 300}, {true, false, false, 1, 1}));
  check(product({3, 40, 70001}, {}));  // deeper than what is packed at once is wide
}

TEST_CASE("gemm: storage types and the types that operands are rounded to") {
  for (const daybreak_dtype type : kAllTypes) {
    check(product({19, 35, 67}, {false, true, true, 1, 0, type, type, DAYBREAK_F32, DAYBREAK_F32}));
    check(product({19, 35, 67}, {false, false, false, 1, 0, DAYBREAK_F32, DAYBREAK_F32, DAYBREAK_F32, type}));
    check(product({19, 35, 67}, {true, false, true, 0.125f, 0, type, DAYBREAK_F32, type, type}));
    check(product({19, 35, 67}, {true, true, false, 0.125f, 0.5f, DAYBREAK_BF16, type, type, DAYBREAK_BF16}));
  }
}

TEST_CASE("gemm: large enough for another library, and odd") {
  const Shape odd{331, 257, 203}, even{192, 256, 512};
  for (const bool transpose_a : {false, true})
    for (const bool transpose_b : {false, true}) check(product(odd, {transpose_a, transpose_b, true, -1.5f, 0.75f}));
  check(product(even, {}));
  check(product(even, {false, true, true, 0.5f, 0, DAYBREAK_F16, DAYBREAK_BF16, DAYBREAK_BF16, DAYBREAK_F32}));
  check(product(even, {false, true, false, 1, 0, DAYBREAK_BF16, DAYBREAK_F32, DAYBREAK_F32, DAYBREAK_BF16}));
  check(product(odd, {true, true, true, 1, 1, DAYBREAK_F32, DAYBREAK_F16, DAYBREAK_BF16, DAYBREAK_BF16}));
  check(product(even, {false, false, true, 1, 0, DAYBREAK_F8_E4M3, DAYBREAK_F8_E5M2, DAYBREAK_F32, DAYBREAK_F8_E4M3}));
}

TEST_CASE("gemm: GELU and its slope as epilogues") {
  const auto gelu = DAYBREAK_EPILOGUE_GELU, backward = DAYBREAK_EPILOGUE_GELU_BACKWARD;
  for (const Shape& shape : {Shape{1, 5, 3}, Shape{33, 47, 65}, Shape{128, 96, 64}, Shape{211, 331, 300}})
    for (const daybreak_dtype type : kWideTypes)
      for (const float beta : {0.0f, 0.75f})
        for (const auto aux : {Variant::no_aux, Variant::own_aux, Variant::aux_is_c}) {
          const float alpha = 0.25f;  // or the slope is 0 or 1 nearly everywhere
          check(product(shape, {false, false, true, alpha, beta, type, type, type, type, gelu, aux, DAYBREAK_BF16}));
          if (aux != Variant::no_aux)
            check(product(shape, {false, true, false, alpha, beta, type, type, type, type, backward, aux, type}));
        }
  check(product({19, 35, 0}, {false, false, true, 1, 0.5f, DAYBREAK_F32, DAYBREAK_F32, DAYBREAK_F32, DAYBREAK_F32, gelu,
                              Variant::own_aux, DAYBREAK_F32}));
}

TEST_CASE("gemm: what is not finite goes through an epilogue as through GELU") {
  Case tested = product({40, 64, 32}, {false, false, true, 1, 0, DAYBREAK_F32, DAYBREAK_F32, DAYBREAK_F32, DAYBREAK_F32,
                                       DAYBREAK_EPILOGUE_GELU, Variant::own_aux, DAYBREAK_F32});
  tested.tensors[3].values[4] = std::numeric_limits<double>::infinity();
  tested.tensors[3].values[5] = -std::numeric_limits<double>::infinity();
  tested.tensors[3].values[40] = std::numeric_limits<double>::quiet_NaN();
  check(tested);
}

TEST_CASE("gemm: tiled operands, results and auxiliaries") {
  if (!somebody_packs()) return;
  const auto tiled = DAYBREAK_TILED, packed = DAYBREAK_PACKED_B, plain = DAYBREAK_ROW_MAJOR;
  for (const Shape& shape : {Shape{1, 32, 32}, Shape{75, 64, 96}, Shape{32, 160, 1056}, Shape{545, 800, 64}})
    for (const daybreak_layout b : {plain, tiled, packed})
      for (const bool transpose_b : {false, true})
        for (const float beta : {0.0f, 1.0f}) {
          Variant v{false, transpose_b, true, 0.25f, beta, DAYBREAK_BF16, DAYBREAK_BF16, DAYBREAK_BF16, DAYBREAK_BF16};
          v.a_layout = v.c_layout = tiled, v.b_layout = b;
          check(product(shape, v));
          v.c_layout = plain, v.c = DAYBREAK_F32;
          check(product(shape, v));
          v.c_layout = v.aux_layout = tiled, v.aux_type = v.c = DAYBREAK_BF16;
          v.epilogue = DAYBREAK_EPILOGUE_GELU, v.aux = Variant::own_aux;
          check(product(shape, v));
          v.epilogue = DAYBREAK_EPILOGUE_GELU_BACKWARD;
          check(product(shape, v));
          v.aux = Variant::aux_is_c;
          check(product(shape, v));
        }
}

TEST_CASE("gemm: tiled operands of a weight gradient, whose depth ends within a tile") {
  if (!somebody_packs()) return;
  for (const std::int64_t depth : {1, 31, 70, 1040, 2100})
    for (const bool transpose_b : {false, true})
      for (const float beta : {0.0f, 1.0f}) {
        Variant v{true, transpose_b, false, 1, beta, DAYBREAK_BF16, DAYBREAK_BF16, DAYBREAK_F32, DAYBREAK_BF16};
        v.a_layout = DAYBREAK_TILED, v.b_layout = transpose_b ? DAYBREAK_ROW_MAJOR : DAYBREAK_TILED;
        check(product({96, 64, depth}, v));
        v.b_layout = DAYBREAK_PACKED_B;
        check(product({96, 64, depth}, v));
      }
}

TEST_CASE("gemm: packed weights of any shape") {
  if (!somebody_packs()) return;
  for (const daybreak_dtype type : {DAYBREAK_BF16, DAYBREAK_F32})
    for (const bool transpose_b : {false, true})
      for (const Shape& shape : {Shape{1, 1, 1}, Shape{5, 33, 31}, Shape{70, 47, 1100}, Shape{300, 800, 40}}) {
        Variant v{false, transpose_b, true, 1, 0, DAYBREAK_F32, type, DAYBREAK_F32, type};
        v.b_layout = DAYBREAK_PACKED_B;
        check(product(shape, v));
      }
}

TEST_CASE("gemm: tiled operands that are multiplied in another type") {
  if (!somebody_packs()) return;
  for (const daybreak_dtype compute : {DAYBREAK_F32, DAYBREAK_F16, DAYBREAK_F8_E4M3})
    for (const bool transpose_a : {false, true}) {
      Variant v{transpose_a, false, true, 0.25f, 1, DAYBREAK_BF16, DAYBREAK_BF16, DAYBREAK_BF16, compute};
      v.epilogue = DAYBREAK_EPILOGUE_GELU, v.aux = Variant::own_aux, v.aux_type = DAYBREAK_BF16;
      v.a_layout = v.b_layout = v.c_layout = v.aux_layout = DAYBREAK_TILED;
      check(product({64, 96, 64}, v));
    }
}

TEST_CASE("gemm: arguments that contradict each other are refused in words") {
  for_each_device([](const std::string& name, daybreak::device::Device& device) {
    INFO(name);
    float matrix[1] = {1};
    auto buffer = device.upload(std::span<const float>(matrix));
    const auto refused = [&](auto change, const char* words) {
      daybreak_gemm g{};
      g.m = g.n = g.k = 1;
      g.a = g.b = g.c = buffer.data();
      change(g);
      CHECK_THROWS_WITH(device.gemm(g), Catch::Matchers::Contains(words));
    };
    refused([](auto& g) { g.epilogue = static_cast<daybreak_epilogue>(3); }, "no such epilogue");
    refused([](auto& g) { g.epilogue = DAYBREAK_EPILOGUE_GELU_BACKWARD; }, "missing");
    refused([](auto& g) { g.epilogue = DAYBREAK_EPILOGUE_GELU, g.aux = g.c, g.aux_type = DAYBREAK_BF16; }, "one buffer");
    refused([](auto& g) { g.a_layout = DAYBREAK_PACKED_B; }, "row-major or tiled");
    refused([](auto& g) { g.b_layout = DAYBREAK_PACKED_B, g.transpose_b = 1; }, "cannot be transposed");
    refused([](auto& g) { g.a_layout = DAYBREAK_TILED; }, "layout");  // no such layout of one column anywhere
  });
}

TEST_CASE("gemm: no depth leaves beta * c and the bias") {
  check(product({3, 5, 0}, {false, false, true, 1, 0.5f}));
  check(product({3, 5, 0}, {}));
  check(product({0, 5, 3}, {}));
}

TEST_CASE("gemm: what is not finite stays in its row or column") {
  for (const Shape& shape : {Shape{9, 20, 33}, Shape{301, 203, 307}}) {
    Case tested = product(shape, {false, false, true});
    tested.tensors[0].values[2 * shape.k + 4] = std::numeric_limits<double>::infinity();
    tested.tensors[1].values[7 * shape.n + 11] = std::numeric_limits<double>::quiet_NaN();
    check(tested);
  }
}
