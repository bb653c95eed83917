// Matrix products of GPT-2's shapes: the chip "cpu" against oneDNN, operands in rows as they are, all threads; float32
// to float32, and bf16 to bf16. The two results are compared first; then repetitions alternate, and the median of each
// counts. `chrt -f 10` steadies a shared machine.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <oneapi/dnnl/dnnl.hpp>
#include <random>
#include <thread>
#include <vector>

#include "kernels/common/formats.h"
#include "libcore/base/error.h"
#include "libcore/device/device.h"

namespace {

struct Shape {
  std::int64_t m, k, n;
  bool transpose_a, transpose_b;
};

constexpr Shape kShapes[] = {{1024, 768, 768, false, false},  {1024, 768, 3072, false, false},
                             {1024, 3072, 768, false, false}, {1024, 768, 3072, false, true},
                             {768, 1024, 3072, true, false},  {256, 128, 512, false, false},
                             {256, 512, 128, false, true},    {128, 256, 512, true, false},
                             {64, 128, 384, false, false},    {1024, 768, 8192, false, true}};

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The second of two runs in a row: the threads of the other library have gone to sleep, and these are awake.
double seconds_awake(const std::function<void()>& work) {
  constexpr std::chrono::milliseconds kSpinning(30);
  std::this_thread::sleep_for(kSpinning);
  work();
  return seconds_of(work);
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

std::vector<std::uint16_t> to_bf16(const std::vector<float>& values) {
  std::vector<std::uint16_t> rounded(values.size());
  std::transform(values.begin(), values.end(), rounded.begin(),
                 daybreak::kernels::encode<daybreak::kernels::Bf16, float>);
  return rounded;
}

std::vector<float> to_f32(const std::vector<std::uint16_t>& values) {
  std::vector<float> wide(values.size());
  std::transform(values.begin(), values.end(), wide.begin(), [](std::uint16_t code) {
    return static_cast<float>(daybreak::kernels::decode<daybreak::kernels::Bf16>(code));
  });
  return wide;
}
const std::vector<float>& to_f32(const std::vector<float>& values) {
  return values;
}

/// One product by both, of elements of type T: std::uint16_t is bf16.
template <typename T>
struct Contest {
  static constexpr bool kNarrow = sizeof(T) == 2;

  Contest(daybreak::device::Device& opened, const Shape& shape, std::span<const T> a, std::span<const T> b)
      : device(opened),
        on_a(opened.upload(a)),
        on_b(opened.upload(b)),
        on_c(opened.allocate(static_cast<std::size_t>(shape.m * shape.n) * sizeof(T))),
        theirs(static_cast<std::size_t>(shape.m * shape.n)) {
    const auto type = kNarrow ? DAYBREAK_BF16 : DAYBREAK_F32;
    g.m = shape.m, g.n = shape.n, g.k = shape.k, g.alpha = 1;
    g.a = on_a.data(), g.b = on_b.data(), g.c = on_c.data();
    g.a_type = g.b_type = g.c_type = g.compute = type;
    g.transpose_a = shape.transpose_a, g.transpose_b = shape.transpose_b;
    const auto matrix = [&](std::int64_t rows, std::int64_t columns, bool transposed) {
      return dnnl::memory::desc({rows, columns}, kNarrow ? dnnl::memory::data_type::bf16 : dnnl::memory::data_type::f32,
                                transposed ? dnnl::memory::dims{1, rows} : dnnl::memory::dims{columns, 1});
    };
    const auto describe_a = matrix(shape.m, shape.k, shape.transpose_a),
               describe_b = matrix(shape.k, shape.n, shape.transpose_b), describe_c = matrix(shape.m, shape.n, false);
#if DNNL_VERSION_MAJOR >= 3
    product = dnnl::matmul({engine, describe_a, describe_b, describe_c});
#else
    product = dnnl::matmul({{describe_a, describe_b, describe_c}, engine});
#endif
    arguments = {{DNNL_ARG_SRC, {describe_a, engine, const_cast<T*>(a.data())}},
                 {DNNL_ARG_WEIGHTS, {describe_b, engine, const_cast<T*>(b.data())}},
                 {DNNL_ARG_DST, {describe_c, engine, theirs.data()}}};
  }

  void own() {
    device.gemm(g);
    device.synchronize();
  }
  void onednn() {
    product.execute(stream, arguments);
    stream.wait();
  }

  daybreak::device::Device& device;
  daybreak::device::Buffer on_a, on_b, on_c;
  daybreak_gemm g{};
  std::vector<T> theirs;
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  dnnl::matmul product;
  std::unordered_map<int, dnnl::memory> arguments;
};

template <typename T>
bool compare(daybreak::device::Device& device, const Shape& s, std::span<const T> a, std::span<const T> b,
             double agreement) {
  constexpr int kRepetitions = 15;
  Contest<T> contest(device, s, a, b);
  contest.own();
  contest.onednn();
  const double differs = difference(to_f32(contest.on_c.template to_host<T>()), to_f32(contest.theirs), s.k);
  std::vector<double> own_s, onednn_s;
  for (int i = 0; i < kRepetitions; ++i) {
    own_s.push_back(seconds_awake([&] { contest.own(); }));
    onednn_s.push_back(seconds_awake([&] { contest.onednn(); }));
  }
  const double flop = 2e-9 * static_cast<double>(s.m * s.n * s.k), mine = flop / median(own_s),
               other = flop / median(onednn_s);
  std::printf("%5lld x %4lld x %5lld  %c%c  %-4s  %8.1f  %8.1f  %6.2f  %.1e\n", static_cast<long long>(s.m),
              static_cast<long long>(s.k), static_cast<long long>(s.n), s.transpose_a ? 'T' : 'N',
              s.transpose_b ? 'T' : 'N', sizeof(T) == 2 ? "bf16" : "f32", mine, other, mine / other, differs);
  return differs < agreement;
}

bool compare(daybreak::device::Device& device, const Shape& s) {
  constexpr double kAgreementF32 = 1e-5,
                   kAgreementBf16 = 4e-2;  // bf16: one unit in the last place of the largest elements
  const auto a = random_values(s.m * s.k, 1), b = random_values(s.k * s.n, 2);
  const bool wide = compare<float>(device, s, a, b, kAgreementF32);
  return compare<std::uint16_t>(device, s, to_bf16(a), to_bf16(b), kAgreementBf16) && wide;
}

}  // namespace

int main() try {
  auto device = daybreak::device::Device::open("cpu");
  std::printf("%s\n    m x    k x     n  ab  type  own GF/s  oneDNN    ratio  difference\n", device.info().name);
  bool agree = true;
  for (const Shape& shape : kShapes) agree = compare(device, shape) && agree;
  if (!agree) std::printf("the results differ\n");
  return agree ? 0 : 1;
} catch (const daybreak::Error& error) {
  std::printf("%s\n", error.what());
  return static_cast<int>(error.status());
}
