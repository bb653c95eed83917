// Tiled activations give the bytes that rows give. The layout is a chip's own: here that of the chip cpu.
#include <cstring>
#include <vector>

#include "kernels/cpu/tiled.h"
#include "tests/kernels/conformance.h"
#include "tests/support/catch.hpp"

using namespace conformance;
using daybreak::device::Buffer;
using daybreak::device::Device;
using daybreak::kernels::cpu::kTiledBlock;
using daybreak::kernels::cpu::tiled_place;
namespace {

using Codes = std::vector<std::uint16_t>;

struct Matrix {
  std::int64_t rows, columns;
  std::size_t tiled_size() const {
    return static_cast<std::size_t>((rows + kTiledBlock - 1) / kTiledBlock * kTiledBlock * columns);
  }

  /// What lies behind the last row is NaN: nothing may depend on it.
  Codes tile(const Codes& codes) const {
    Codes tiled(tiled_size(), 0x7fc0);
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t c = 0; c < columns; ++c)
        tiled[static_cast<std::size_t>(tiled_place(columns, r, c))] = codes[static_cast<std::size_t>(r * columns + c)];
    return tiled;
  }
  Codes rows_of(const Codes& tiled) const {
    Codes codes(static_cast<std::size_t>(rows * columns));
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t c = 0; c < columns; ++c)
        codes[static_cast<std::size_t>(r * columns + c)] = tiled[static_cast<std::size_t>(tiled_place(columns, r, c))];
    return codes;
  }
};

Codes random_codes(std::int64_t count, unsigned seed) {
  const auto bytes = to_bytes(DAYBREAK_BF16, normal(count, seed));
  Codes codes(bytes.size() / 2);
  std::memcpy(codes.data(), bytes.data(), bytes.size());
  return codes;
}

/// A matrix of bf16 on a device, in one of the layouts.
struct Placed {
  Placed(Device& device, const Matrix& matrix, daybreak_layout in, const Codes& codes)
      : shape(matrix),
        layout(in),
        buffer(device.upload(std::span<const std::uint16_t>(in == DAYBREAK_TILED ? matrix.tile(codes) : codes))) {}
  Placed(Device& device, const Matrix& matrix, daybreak_layout in)
      : Placed(device, matrix, in, Codes(static_cast<std::size_t>(matrix.rows * matrix.columns))) {}
  /// The buffer from a column on, which is a multiple of 32.
  void* from(std::int64_t column) {
    return buffer.as<std::uint16_t>() + column * (layout == DAYBREAK_TILED ? kTiledBlock : 1);
  }
  Codes codes() const {
    const Codes all = buffer.to_host<std::uint16_t>();
    return layout == DAYBREAK_TILED ? shape.rows_of(all) : all;
  }
  Matrix shape;
  daybreak_layout layout;
  Buffer buffer;
};

void for_each_cpu(const std::function<void(Device&)>& body) {
  for_each_device([&](const std::string& name, Device& device) {
    if (!name.starts_with("cpu:")) return;
    INFO(name);
    body(device);
  });
}

struct Shape {
  std::int64_t batch, context, heads, kv_heads, head_width;
};

/// The output and the three gradients.
std::vector<Codes> attend(Device& device, const Shape& s, daybreak_layout layout, daybreak_layout out_layout) {
  const std::int64_t q = s.heads * s.head_width, kv = s.kv_heads * s.head_width, rows = s.batch * s.context;
  const Matrix all{rows, q + 2 * kv}, of_out{rows, q};
  Placed qkv(device, all, layout, random_codes(rows * all.columns, 1)), gradient(device, all, layout);
  Placed out(device, of_out, out_layout), out_gradient(device, of_out, out_layout, random_codes(rows * q, 2));
  Buffer lse = device.allocate(static_cast<std::size_t>(rows * s.heads) * sizeof(float));
  const auto set = [&](auto& a) {
    a.batch = s.batch, a.context = s.context, a.heads = s.heads, a.kv_heads = s.kv_heads, a.head_width = s.head_width;
    a.q_stride = a.kv_stride = all.columns, a.out_stride = q, a.layout = layout, a.out_layout = out_layout;
    a.q = qkv.from(0), a.k = qkv.from(q), a.v = qkv.from(q + kv), a.out = out.from(0), a.log_sum_exp = lse.as<float>();
    a.type = a.out_type = DAYBREAK_BF16, a.scale = 0.2f;
  };
  daybreak_attention forward{};
  set(forward);
  device.attention_forward(forward);
  daybreak_attention_backward backward{};
  set(backward);
  backward.out_gradient = out_gradient.from(0), backward.gradient_type = DAYBREAK_BF16;
  backward.q_gradient = gradient.from(0), backward.k_gradient = gradient.from(q),
  backward.v_gradient = gradient.from(q + kv);
  device.attention_backward(backward);
  return {out.codes(), gradient.codes()};
}

/// y and the gradient of x.
std::pair<Codes, std::vector<float>> normalize(Device& device, bool layer, std::int64_t rows, std::int64_t width,
                                               daybreak_layout layout) {
  const auto upload = [&](std::int64_t count, unsigned seed) {
    const auto bytes = to_bytes(DAYBREAK_F32, normal(count, seed));
    return device.upload(std::span<const std::byte>(bytes));
  };
  Buffer x = upload(rows * width, 3), weight = upload(width, 4), bias = upload(width, 5), mean = upload(rows, 6),
         rstd = upload(rows, 7);
  Buffer dx = upload(rows * width, 8), dweight = upload(width, 9), dbias = upload(width, 10);
  Placed y(device, {rows, width}, layout), dy(device, {rows, width}, layout, random_codes(rows * width, 11));
  daybreak_norm n{};
  n.rows = rows, n.width = width, n.x = x.data(), n.weight = weight.data(), n.bias = bias.data(), n.y = y.from(0);
  n.mean = mean.as<float>(), n.rstd = rstd.as<float>(), n.epsilon = 1e-5f, n.y_type = DAYBREAK_BF16,
  n.y_layout = layout;
  layer ? device.layernorm_forward(n) : device.rmsnorm_forward(n);
  daybreak_norm_backward b{};
  b.rows = rows, b.width = width, b.x = x.data(), b.weight = weight.data(), b.y_gradient = dy.from(0),
  b.y_gradient_layout = layout;
  b.mean = mean.as<float>(), b.rstd = rstd.as<float>(), b.x_gradient = dx.data(), b.y_gradient_type = DAYBREAK_BF16;
  b.weight_gradient = dweight.as<float>(), b.bias_gradient = dbias.as<float>();
  layer ? device.layernorm_backward(b) : device.rmsnorm_backward(b);
  return {y.codes(), dx.to_host<float>()};
}

}  // namespace

TEST_CASE("attention reads and writes tiled activations") {
  for_each_cpu([](Device& device) {
    for (const Shape& shape :
         {Shape{1, 70, 2, 2, 64}, Shape{2, 33, 4, 2, 16}, Shape{1, 50, 2, 2, 48}, Shape{1, 64, 1, 1, 128}}) {
      const auto rows = attend(device, shape, DAYBREAK_ROW_MAJOR, DAYBREAK_ROW_MAJOR);
      CHECK((attend(device, shape, DAYBREAK_TILED, DAYBREAK_TILED) == rows));
      CHECK((attend(device, shape, DAYBREAK_TILED, DAYBREAK_ROW_MAJOR) == rows));
      CHECK((attend(device, shape, DAYBREAK_ROW_MAJOR, DAYBREAK_TILED) == rows));
    }
  });
}

TEST_CASE("normalization writes tiled activations and reads their tiled gradient") {
  for_each_cpu([](Device& device) {
    for (const bool layer : {true, false})
      for (const std::int64_t rows : {1, 32, 77})
        for (const std::int64_t width : {32, 96, 768})
          CHECK((normalize(device, layer, rows, width, DAYBREAK_TILED) ==
                 normalize(device, layer, rows, width, DAYBREAK_ROW_MAJOR)));
  });
}

namespace {

using Catch::Matchers::Contains;

/// Each operation with a member *_layout, of 4 rows and `columns` columns in the layout; what it throws.
template <typename Expected>
void check_refused(Device& device, daybreak_layout layout, std::int64_t columns, const Expected& expected) {
  Buffer room = device.allocate(1 << 14);
  room.fill_zero();
  const auto expect = [&](auto operation, const auto& arguments) {
    CHECK_THROWS_WITH((device.*operation)(arguments), expected);
  };
  daybreak_norm n{};
  n.rows = 4, n.width = columns, n.x = n.weight = n.bias = n.y = room.data(), n.mean = n.rstd = room.as<float>();
  n.y_layout = layout;
  expect(&Device::layernorm_forward, n), expect(&Device::rmsnorm_forward, n);
  daybreak_norm_backward b{};
  b.rows = 4, b.width = columns, b.x = b.weight = b.y_gradient = b.x_gradient = room.data();
  b.mean = b.rstd = b.weight_gradient = b.bias_gradient = room.as<float>(), b.y_gradient_layout = layout;
  expect(&Device::layernorm_backward, b), expect(&Device::rmsnorm_backward, b);
  const auto attend_in = [&](daybreak_layout in, daybreak_layout out) {
    const auto set = [&](auto& a) {
      a.batch = a.heads = a.kv_heads = 1, a.context = 4, a.head_width = columns;
      a.q_stride = a.kv_stride = a.out_stride = columns, a.layout = in, a.out_layout = out;
      a.q = a.k = a.v = a.out = room.data(), a.log_sum_exp = room.as<float>();
    };
    daybreak_attention forward{};
    set(forward);
    expect(&Device::attention_forward, forward);
    daybreak_attention_backward backward{};
    set(backward);
    backward.out_gradient = backward.q_gradient = backward.k_gradient = backward.v_gradient = room.data();
    expect(&Device::attention_backward, backward);
  };
  attend_in(layout, DAYBREAK_ROW_MAJOR);
  attend_in(DAYBREAK_ROW_MAJOR, layout);
}

}  // namespace

TEST_CASE("tiled activations of columns that are no whole tiles, and packed ones, are refused") {
  for_each_device([](const std::string& name, Device& device) {
    INFO(name);
    check_refused(device, DAYBREAK_TILED, 33, Contains("whole tiles"));
    check_refused(device, DAYBREAK_PACKED_B, 32, Contains("row-major or tiled"));
  });
}

TEST_CASE("the reference chip, which has no layouts, refuses tiled activations") {
  Device reference = Device::open("reference");
  check_refused(reference, DAYBREAK_TILED, 32, Contains("no packed layouts"));
}
