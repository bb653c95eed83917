#include "tools/train-shard/products.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <limits>
#include <set>

#include "libcore/device/dtype.h"
#include "libcore/model/parameters.h"
#include "libcore/records/train_record.h"
#include "tools/train-shard/setup.h"

namespace daybreak::train_shard {
namespace {

constexpr std::array kFormats{DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F16, DAYBREAK_F8_E4M3};

/// The shortest of some repetitions, after one that does not count.
double best_s(device::Device& device, double time_s, const StopToken& stop, const std::function<void()>& work) {
  double best = std::numeric_limits<double>::infinity(), total = 0;
  for (int repetition = 0; repetition < 4 || total < time_s; ++repetition) {
    stop.check();
    const auto began = std::chrono::steady_clock::now();
    work();
    device.synchronize();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (repetition == 0) continue;
    best = std::min(best, seconds);
    total += seconds;
  }
  return best;
}

/// Values of either sign about 1: zeros and subnormal numbers could be faster or slower than what a model has.
std::vector<float> values(std::int64_t count) {
  std::vector<float> result(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = (i * 2654435761u % 1024) / 512.0f - 1;
  return result;
}

class Product {
 public:
  Product(device::Device& device, std::int64_t m, std::int64_t n, std::int64_t k, daybreak_dtype format)
      : device_(device), m_(m), n_(n), k_(k), format_(format), a_(device.upload<float>(values(m * k))),
        b_(device.upload<float>(values(k * n))), c_(device.allocate(static_cast<std::size_t>(m * n) * sizeof(float))),
        a_narrow_(device.allocate(bytes(m * k))), b_narrow_(device.allocate(bytes(k * n))) {
    cast();
  }

  void cast() {
    one_cast(a_, a_narrow_, m_ * k_);
    one_cast(b_, b_narrow_, k_ * n_);
  }
  void multiply() {
    daybreak_gemm call{};
    call.m = m_;
    call.n = n_;
    call.k = k_;
    call.a = a_narrow_.data();
    call.b = b_narrow_.data();
    call.c = c_.data();
    call.a_type = call.b_type = call.compute = format_;
    call.c_type = DAYBREAK_F32;
    call.alpha = 1;
    device_.gemm(call);
  }
  /// Read and written by cast().
  double cast_bytes() const { return static_cast<double>(a_.bytes() + b_.bytes() + a_narrow_.bytes() + b_narrow_.bytes()); }
  double flops() const { return 2.0 * static_cast<double>(m_) * static_cast<double>(n_) * static_cast<double>(k_); }

 private:
  std::size_t bytes(std::int64_t count) const { return static_cast<std::size_t>(count) * device::bytes_of(format_); }
  void one_cast(const device::Buffer& from, device::Buffer& to, std::int64_t count) {
    daybreak_cast call{};
    call.count = count;
    call.x = from.data();
    call.y = to.data();
    call.x_type = DAYBREAK_F32;
    call.y_type = format_;
    device_.cast(call);
  }

  device::Device& device_;
  std::int64_t m_, n_, k_;
  daybreak_dtype format_;
  device::Buffer a_, b_, c_, a_narrow_, b_narrow_;
};

}  // namespace

io::Json measured_products(device::Device& device, const model::Config& config, std::int64_t tokens, double time_s, const StopToken& stop) {
  io::Json record;
  record["schema"] = records::kProductsSchema;
  record["device"] = device_record(device);
  record["model"] = model_record(config);
  record["peak"] = io::Json::object();
  record["rows"] = io::Json::array();
  std::set<std::pair<std::int64_t, std::int64_t>> seen;
  for (const daybreak_dtype format : kFormats)
    if (const double peak = device.peak_flops(format); peak > 0) record["peak"][device::name_of(format)] = peak;
  for (const model::Parameter& one : model::parameter_table(config)) {
    if (!one.is_gemm(config)) continue;
    // Projections of gpt2 are stored [in, out], everything else [out, in].
    const bool in_first = config.family == model::Family::gpt2 && one.role != model::Role::token_embedding && one.role != model::Role::head;
    const auto k = static_cast<std::int64_t>(one.shape[in_first ? 0 : 1]), n = static_cast<std::int64_t>(one.shape[in_first ? 1 : 0]);
    if (!seen.insert({n, k}).second) continue;
    for (const daybreak_dtype format : kFormats) {
      if (device.supports(DAYBREAK_OP_GEMM, {format, format, DAYBREAK_F32, format}, {tokens, n, k}) == 0) continue;
      Product product(device, tokens, n, k, format);
      io::Json row;
      row["module"] = one.module();
      row["m"] = tokens;
      row["n"] = n;
      row["k"] = k;
      row["format"] = device::name_of(format);
      row["emulated"] = (device.info().emulated_types >> format & 1) != 0;
      row["flops_per_s"] = product.flops() / best_s(device, time_s, stop, [&] { product.multiply(); });
      row["cast_bytes_per_s"] = nullptr;
      if (format != DAYBREAK_F32) row["cast_bytes_per_s"] = product.cast_bytes() / best_s(device, time_s, stop, [&] { product.cast(); });
      record["rows"].push_back(std::move(row));
    }
  }
  return record;
}

}  // namespace daybreak::train_shard
