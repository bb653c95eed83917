// Matrix products of GPT-2's shapes: the chip "cpu" against oneDNN's plain call, float32, all threads. The two results are
// compared first; then repetitions alternate, and the median of each counts. `chrt -f 10` steadies a shared machine.
#include <oneapi/dnnl/dnnl.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <random>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/device/device.h"

namespace {

struct Shape {
  std::int64_t m, k, n;
  bool transpose_a, transpose_b;
};

constexpr Shape kShapes[] = {
    {1024, 768, 768, false, false},  {1024, 768, 3072, false, false}, {1024, 3072, 768, false, false},
    {1024, 768, 3072, false, true},  {768, 1024, 3072, true, false},  {256, 128, 512, false, false},
    {256, 512, 128, false, true},    {128, 256, 512, true, false},    {64, 128, 384, false, false},
    {1024, 768, 8192, false, true}};

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

std::vector<float> random_values(std::int64_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> distribution;
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = distribution(random);
  return values;
}

/// Largest difference relative to the root of the depth, which the elements are of the order of.
double difference(const std::vector<float>& a, const std::vector<float>& b, std::int64_t k) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::fabs(static_cast<double>(a[i]) - b[i]));
  return largest / std::sqrt(static_cast<double>(k));
}

bool compare(daybreak::device::Device& device, const Shape& s) {
  constexpr double kAgreement = 1e-5;
  constexpr int kRepetitions = 15;
  const auto a = random_values(s.m * s.k, 1), b = random_values(s.k * s.n, 2);
  std::vector<float> theirs(static_cast<std::size_t>(s.m * s.n));
  auto on_a = device.upload(std::span<const float>(a)), on_b = device.upload(std::span<const float>(b));
  auto on_c = device.allocate(theirs.size() * sizeof(float));
  daybreak_gemm g{};
  g.m = s.m, g.n = s.n, g.k = s.k, g.a = on_a.data(), g.b = on_b.data(), g.c = on_c.data(), g.alpha = 1;
  g.transpose_a = s.transpose_a, g.transpose_b = s.transpose_b;
  const auto own = [&] {
    device.gemm(g);
    device.synchronize();
  };
  const auto onednn = [&] {
    dnnl_sgemm(s.transpose_a ? 'T' : 'N', s.transpose_b ? 'T' : 'N', s.m, s.n, s.k, 1, a.data(), s.transpose_a ? s.m : s.k, b.data(),
               s.transpose_b ? s.k : s.n, 0, theirs.data(), s.n);
  };
  own();
  onednn();
  const double differs = difference(on_c.to_host<float>(), theirs, s.k);
  std::vector<double> own_s, onednn_s;
  for (int i = 0; i < kRepetitions; ++i) {
    own_s.push_back(seconds_of(own));
    onednn_s.push_back(seconds_of(onednn));
  }
  const double flop = 2e-9 * static_cast<double>(s.m * s.n * s.k), mine = flop / median(own_s), other = flop / median(onednn_s);
  std::printf("%5lld x %4lld x %5lld  %c%c  %8.1f  %8.1f  %6.2f  %.1e\n", static_cast<long long>(s.m), static_cast<long long>(s.k),
              static_cast<long long>(s.n), s.transpose_a ? 'T' : 'N', s.transpose_b ? 'T' : 'N', mine, other, mine / other, differs);
  return differs < kAgreement;
}

}  // namespace

int main() try {
  auto device = daybreak::device::Device::open("cpu");
  std::printf("%s\n    m x    k x     n  ab  own GF/s  oneDNN    ratio  difference\n", device.info().name);
  bool agree = true;
  for (const Shape& shape : kShapes) agree = compare(device, shape) && agree;
  if (!agree) std::printf("the results differ\n");
  return agree ? 0 : 1;
} catch (const daybreak::Error& error) {
  std::printf("%s\n", error.what());
  return static_cast<int>(error.status());
}
