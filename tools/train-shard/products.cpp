#include "tools/train-shard/products.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/device/dtype.h"
#include "libcore/device/peaks.h"
#include "libcore/device/speed.h"
#include "libcore/model/parameters.h"
#include "libcore/model/scaled_product.h"
#include "libcore/records/train_record.h"
#include "tools/frame/text.h"
#include "tools/train-shard/setup.h"

namespace daybreak::train_shard {
namespace {

constexpr std::array kFormats{DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F16, DAYBREAK_F8_E4M3};

/// One of the products that a step makes of a weight: c[m, n] = op(a) op(b).
struct Shape {
  const char* name;
  std::int64_t m, n, k;
  bool transpose_a, transpose_b;
};

/// y = x w, dx = dy w', dw = x' dy, of rows x and y; where the weight is stored [out, in], y = x w', dx = dy w, dw = dy' x.
std::array<Shape, 3> products_of(const model::Parameter& weight, bool in_first, std::int64_t rows) {
  const auto in = static_cast<std::int64_t>(weight.shape[in_first ? 0 : 1]);
  const auto out = static_cast<std::int64_t>(weight.shape[in_first ? 1 : 0]);
  return {{{"forward", rows, out, in, false, !in_first},
           {"input_gradient", rows, in, out, false, in_first},
           {"weight_gradient", in_first ? in : out, in_first ? out : in, rows, true, false}}};
}

/// Values of either sign about 1: zeros and subnormal numbers could be faster or slower than what a model has.
std::vector<float> values(std::int64_t count) {
  std::vector<float> result(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = (i * 2654435761u % 1024) / 512.0f - 1;
  return result;
}

/// Of float32 operands that are rounded first, to scaled codes in F8.
class Product {
 public:
  Product(device::Device& device, const Shape& shape, daybreak_dtype format)
      : device_(device), a_count_(shape.m * shape.k), b_count_(shape.k * shape.n), a_(device.upload<float>(values(a_count_))),
        b_(device.upload<float>(values(b_count_))), c_(device.allocate(static_cast<std::size_t>(shape.m * shape.n) * sizeof(float))),
        a_rounded_(rounded(a_count_)), b_rounded_(rounded(b_count_)) {
    of_float32_.m = shape.m;
    of_float32_.n = shape.n;
    of_float32_.k = shape.k;
    of_float32_.transpose_a = shape.transpose_a;
    of_float32_.transpose_b = shape.transpose_b;
    of_float32_.a = a_.data();
    of_float32_.b = b_.data();
    of_float32_.c = c_.data();
    of_float32_.compute = format;
    of_float32_.alpha = 1;
    round();
  }

  void round() {
    if (model::is_f8(format())) {
      of_rounded_ = model::of_scaled_codes(device_, of_float32_, {{a_rounded_.data()}, {b_rounded_.data()}});
      return;
    }
    of_rounded_ = of_float32_;
    of_rounded_.a = cast(a_, a_rounded_, a_count_);
    of_rounded_.b = cast(b_, b_rounded_, b_count_);
    of_rounded_.a_type = of_rounded_.b_type = format();
  }
  void multiply() { device_.gemm(of_rounded_); }

  /// Read and written by round(), scales aside.
  double rounding_bytes() const { return real(a_count_ + b_count_) * static_cast<double>(sizeof(float) + device::bytes_of(format())); }
  double flops() const { return 2 * real(of_float32_.m) * real(of_float32_.n) * real(of_float32_.k); }

 private:
  static double real(std::int64_t count) { return static_cast<double>(count); }
  daybreak_dtype format() const { return of_float32_.compute; }
  device::Buffer rounded(std::int64_t count) const {
    return device_.allocate(static_cast<std::size_t>(model::operand_scratch_elements(count)) * sizeof(float));
  }
  const void* cast(const device::Buffer& from, device::Buffer& to, std::int64_t count) {
    daybreak_cast call{};
    call.count = count;
    call.x = from.data();
    call.y = to.data();
    call.x_type = DAYBREAK_F32;
    call.y_type = format();
    device_.cast(call);
    return to.data();
  }

  device::Device& device_;
  std::int64_t a_count_, b_count_;
  device::Buffer a_, b_, c_, a_rounded_, b_rounded_;
  daybreak_gemm of_float32_{}, of_rounded_{};
};

/// Measures products on one device, for as long as each is given.
class Products {
 public:
  Products(device::Device& device, double time_s, const StopToken& stop)
      : device_(device), peaks_(device), time_s_(time_s), stop_(stop) {}

  io::Json peaks() {
    io::Json record = io::Json::object();
    for (const daybreak_dtype format : kFormats)
      if (const double peak = peaks_.measured(format); peak > 0) record[device::name_of(format)] = peak;
    return record;
  }

  /// Appends a row for each format that the device has.
  void measure(const Shape& shape, std::string_view module, io::Json& rows) {
    for (const daybreak_dtype format : kFormats)
      if (device_.supports(DAYBREAK_OP_GEMM, {format, format, DAYBREAK_F32, format}, {shape.m, shape.n, shape.k}) != 0)
        rows.push_back(row(shape, module, format));
  }

 private:
  io::Json row(const Shape& shape, std::string_view module, daybreak_dtype format) {
    Product product(device_, shape, format);
    const double flops_per_s = product.flops() / device::best_s(device_, time_s_, stop_, [&] { product.multiply(); });
    const double peak = peaks_.measured(format);
    io::Json row;
    row["module"] = module;
    row["product"] = shape.name;
    row["m"] = shape.m;
    row["n"] = shape.n;
    row["k"] = shape.k;
    row["transpose_a"] = shape.transpose_a;
    row["transpose_b"] = shape.transpose_b;
    row["format"] = device::name_of(format);
    row["emulated"] = (device_.info().emulated_types >> format & 1) != 0;
    row["flops_per_s"] = flops_per_s;
    row["peak_share"] = peak > 0 ? io::Json(flops_per_s / peak) : io::Json();
    row["cast_bytes_per_s"] = nullptr;
    if (format != DAYBREAK_F32)
      row["cast_bytes_per_s"] = product.rounding_bytes() / device::best_s(device_, time_s_, stop_, [&] { product.round(); });
    return row;
  }

  device::Device& device_;
  device::Peaks peaks_;
  double time_s_;
  const StopToken& stop_;
};

}  // namespace

io::Json measured_products(device::Device& device, const model::Config& config, std::int64_t tokens, double time_s, const StopToken& stop) {
  Products products(device, time_s, stop);
  io::Json rows = io::Json::array();
  std::set<std::pair<io::Shape, bool>> seen;
  for (const model::Parameter& one : model::parameter_table(config)) {
    if (!one.is_gemm(config)) continue;
    // Projections of gpt2 are stored [in, out], everything else [out, in].
    const bool in_first = config.family == model::Family::gpt2 && one.role != model::Role::token_embedding && one.role != model::Role::head;
    if (!seen.insert({one.shape, in_first}).second) continue;
    for (const Shape& shape : products_of(one, in_first, tokens)) products.measure(shape, one.module(), rows);
  }
  io::Json record;
  record["schema"] = records::kProductsSchema;
  record["device"] = device_record(device);
  record["model"] = model_record(config);
  record["peak"] = products.peaks();
  record["memory_bytes_per_s"] = device::memory_bytes_per_s(device, time_s, stop);
  record["rows"] = std::move(rows);
  return record;
}

std::string products_text(const io::Json& record) {
  std::vector<std::vector<std::string>> rows{{"weight", "product", "m", "n", "k", "format", "GFLOP/s", "of the peak", "rounding GB/s"}};
  for (const io::Json& row : record.at("rows").as_array()) {
    const io::Json &cast = row.at("cast_bytes_per_s"), &share = row.at("peak_share");
    std::string product = row.at("product").as_string();
    std::replace(product.begin(), product.end(), '_', ' ');
    rows.push_back({row.at("module").as_string(), std::move(product), row.at("m").dump(), row.at("n").dump(), row.at("k").dump(),
                    row.at("format").as_string(), frame::number(row.at("flops_per_s").as_double() / 1e9),
                    share.is_null() ? "-" : frame::percent(share.as_double()),
                    cast.is_null() ? "-" : frame::number(cast.as_double() / 1e9)});
  }
  return frame::table(rows) + "memory: y += x moves " + frame::number(record.at("memory_bytes_per_s").as_double() / 1e9) + " GB/s\n";
}

}  // namespace daybreak::train_shard
