// Matrix products of GPT-2's shapes: the chip "cpu" against oneDNN, all threads. The two results are compared first;
// then repetitions alternate, and the median of each counts. Operands are in the layout that each library likes best
// before the clock starts (weights packed by both; activations tiled here, rows there), but where "rows" is said, and
// cold: several copies take turns. `chrt -f 10` steadies a shared machine.
//   bench_gemm [bf16|step|step32|f32|rows] [instruction set]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <oneapi/dnnl/dnnl.hpp>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/median.h"
#include "libcore/device/device.h"
#include "tests/bench/timing.h"
#include "tests/bench/values.h"

namespace {

using daybreak::device::Buffer;
using daybreak::device::Device;

struct Shape {
  std::int64_t m, k, n;
};

struct Problem {
  Shape shape;
  bool transpose_a, transpose_b;
  daybreak_dtype in, out;
  bool packed;  // operands in the layouts that are liked best
};

constexpr Shape kLarge[] = {{1024, 768, 768},  {1024, 768, 2304}, {1024, 768, 3072}, {1024, 3072, 768},
                            {2048, 768, 3072}, {4096, 768, 768},  {4096, 768, 2304}, {4096, 768, 3072},
                            {4096, 3072, 768}, {1024, 768, 50304}};
constexpr Shape kOfAStep[] = {{1024, 768, 2304}, {1024, 768, 768}, {1024, 768, 3072}, {1024, 3072, 768}};

/// Each of several copies of a product is run once, so that each finds its operands outside the second cache; mean
/// seconds. One run before them: the threads of the other library have gone to sleep, and these are awake.
template <typename Product>
double seconds_awake(std::vector<Product>& copies) {
  constexpr std::chrono::milliseconds kSpinning(30);
  std::this_thread::sleep_for(kSpinning);
  copies.back().run();
  return bench::seconds_of([&] {
           for (Product& copy : copies) copy.run();
         }) /
         static_cast<double>(copies.size());
}

/// The product by the chip.
class Own {
 public:
  Own(Device& device, const Problem& p, const std::vector<std::byte>& a, const std::vector<std::byte>& b)
      : device_(device),
        p_(p),
        bytes_(static_cast<std::size_t>(p.shape.m * p.shape.n) * (p.out == DAYBREAK_BF16 ? 2 : 4)) {
    const auto [m, k, n] = p.shape;
    a_ = lay(DAYBREAK_TILED, p.transpose_a ? k : m, p.transpose_a ? m : k, a, g_.a_layout);
    if (p.transpose_a) {  // of a weight gradient: b is an activation too
      b_ = lay(DAYBREAK_TILED, k, n, b, g_.b_layout);
    } else {
      b_ = lay(DAYBREAK_PACKED_B, k, n, b, g_.b_layout, p.transpose_b);
    }
    g_.m = m, g_.k = k, g_.n = n, g_.alpha = 1;
    g_.a_type = g_.b_type = g_.compute = p.in, g_.c_type = p.out;
    g_.transpose_a = p.transpose_a, g_.transpose_b = p.transpose_b && g_.b_layout != DAYBREAK_PACKED_B;
    if (p.packed && p.out == DAYBREAK_BF16 && device.packed_bytes(description(DAYBREAK_TILED, m, n)) != 0)
      g_.c_layout = DAYBREAK_TILED;
    c_ = device.allocate(g_.c_layout == DAYBREAK_TILED ? device.packed_bytes(description(DAYBREAK_TILED, m, n))
                                                       : bytes_);
    g_.a = a_.data(), g_.b = b_.data(), g_.c = c_.data();
  }
  void run() {
    device_.gemm(g_);
    device_.synchronize();
  }
  std::vector<std::byte> result() {
    if (g_.c_layout == DAYBREAK_ROW_MAJOR) return c_.to_host<std::byte>();
    auto rows = device_.allocate(bytes_);
    daybreak_pack back = description(DAYBREAK_ROW_MAJOR, p_.shape.m, p_.shape.n);
    back.x_layout = DAYBREAK_TILED, back.x = c_.data(), back.packed = rows.data();
    device_.pack(back);
    return rows.to_host<std::byte>();
  }

 private:
  daybreak_pack description(daybreak_layout layout, std::int64_t rows, std::int64_t columns) const {
    daybreak_pack pack{};
    pack.rows = rows, pack.columns = columns, pack.x_type = pack.packed_type = p_.in, pack.packed_layout = layout;
    return pack;
  }
  Buffer lay(daybreak_layout wanted, std::int64_t rows, std::int64_t columns, const std::vector<std::byte>& x,
             daybreak_layout& layout, bool transpose = false) {
    auto plain = device_.upload(std::span<const std::byte>(x));
    daybreak_pack pack = description(wanted, rows, columns);
    const std::size_t bytes = p_.packed ? device_.packed_bytes(pack) : 0;
    if (bytes == 0) return plain;
    auto packed = device_.allocate(bytes);
    pack.x = plain.data(), pack.packed = packed.data(), pack.transpose = transpose;
    device_.pack(pack);
    layout = wanted;
    return packed;
  }

  Device& device_;
  Problem p_;
  std::size_t bytes_;
  Buffer a_, b_, c_;
  daybreak_gemm g_{};
};

/// The product by oneDNN, its operands in memory of the chip: of the same pages.
class Theirs {
 public:
  Theirs(Device& device, const Problem& p, const std::vector<std::byte>& a, const std::vector<std::byte>& b)
      : a_(device.upload(std::span<const std::byte>(a))),
        b_(device.upload(std::span<const std::byte>(b))),
        out_(device.allocate(static_cast<std::size_t>(p.shape.m * p.shape.n) * (p.out == DAYBREAK_BF16 ? 2 : 4))) {
    const auto [m, k, n] = p.shape;
    const auto type_of = [](daybreak_dtype type) {
      return type == DAYBREAK_BF16 ? dnnl::memory::data_type::bf16 : dnnl::memory::data_type::f32;
    };
    const auto matrix = [&](std::int64_t rows, std::int64_t columns, daybreak_dtype type, bool transposed) {
      return dnnl::memory::desc({rows, columns}, type_of(type),
                                transposed ? dnnl::memory::dims{1, rows} : dnnl::memory::dims{columns, 1});
    };
    const auto describe_a = matrix(m, k, p.in, p.transpose_a), plain_b = matrix(k, n, p.in, p.transpose_b);
    const auto describe_c = matrix(m, n, p.out, false);
    const bool packs = p.packed && !p.transpose_a;
    const auto wanted_b = packs ? dnnl::memory::desc({k, n}, type_of(p.in), dnnl::memory::format_tag::any) : plain_b;
#if DNNL_VERSION_MAJOR >= 3
    const dnnl::matmul::primitive_desc primitive(engine_, describe_a, wanted_b, describe_c);
#else
    const dnnl::matmul::primitive_desc primitive({describe_a, wanted_b, describe_c}, engine_);
#endif
    product_ = dnnl::matmul(primitive);
    dnnl::memory given(plain_b, engine_, b_.data()), weights = given;
    if (packs) {
      packed_b_ = device.allocate(primitive.weights_desc().get_size());
      weights = dnnl::memory(primitive.weights_desc(), engine_, packed_b_.data());
      dnnl::reorder(given, weights).execute(stream_, given, weights);
      stream_.wait();
    }
    arguments_ = {{DNNL_ARG_SRC, {describe_a, engine_, a_.data()}},
                  {DNNL_ARG_WEIGHTS, weights},
                  {DNNL_ARG_DST, {describe_c, engine_, out_.data()}}};
  }
  void run() {
    product_.execute(stream_, arguments_);
    stream_.wait();
  }
  std::vector<std::byte> result() const {
    return out_.to_host<std::byte>();
  }

 private:
  Buffer a_, b_, packed_b_, out_;
  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  dnnl::matmul product_;
  std::unordered_map<int, dnnl::memory> arguments_;
};

/// Largest difference relative to the root of the depth, which the elements are of the order of.
double difference(const Problem& p, const std::vector<std::byte>& x, const std::vector<std::byte>& y) {
  const auto first = bench::from_bytes(p.out, x), second = bench::from_bytes(p.out, y);
  double largest = 0;
  for (std::size_t i = 0; i < first.size(); ++i)
    largest = bench::larger(largest, std::fabs(static_cast<double>(first[i]) - second[i]));
  return largest / std::sqrt(static_cast<double>(p.shape.k));
}

struct Totals {
  double logarithms = 0;
  int count = 0;
  bool agree = true;
};

void compare(Device& device, const Problem& p, Totals& totals) {
  constexpr int kRepetitions = 9;
  constexpr std::size_t kCopies = 3;
  const auto [m, k, n] = p.shape;
  const auto a = bench::to_bytes(p.in, bench::values(m * k, 1, 1)),
             b = bench::to_bytes(p.in, bench::values(k * n, 1, 2));
  std::vector<Own> own;
  std::vector<Theirs> theirs;
  for (std::size_t i = 0; i < kCopies; ++i) own.emplace_back(device, p, a, b), theirs.emplace_back(device, p, a, b);
  own[0].run();
  theirs[0].run();
  const double differs = difference(p, own[0].result(), theirs[0].result());
  // bf16: one unit in the last place of the largest elements; sums of bf16 products in float32 differ in their order.
  totals.agree = totals.agree && differs < (p.out == DAYBREAK_BF16 ? 4e-2 : 1e-5);
  std::vector<double> own_s, their_s;
  for (int i = 0; i < kRepetitions; ++i) {
    own_s.push_back(seconds_awake(own));
    their_s.push_back(seconds_awake(theirs));
  }
  const double flop = 2e-9 * static_cast<double>(m * n * k), mine = flop / daybreak::median(own_s),
               other = flop / daybreak::median(their_s);
  totals.logarithms += std::log(mine / other), ++totals.count;
  std::printf("%5lld x %4lld x %5lld  %c%c  %8.1f  %8.1f  %6.2f  %.1e\n", static_cast<long long>(m),
              static_cast<long long>(k), static_cast<long long>(n), p.transpose_a ? 'T' : 'N',
              p.transpose_b ? 'T' : 'N', mine, other, mine / other, differs);
}

bool compare_all(Device& device, const char* title, const std::vector<Problem>& problems) {
  std::printf("\n%s\n    m x    k x     n  ab  own GF/s   oneDNN   ratio  difference\n", title);
  Totals totals;
  for (const Problem& problem : problems) compare(device, problem, totals);
  std::printf("geometric mean of the ratios: %.3f\n", std::exp(totals.logarithms / totals.count));
  return totals.agree;
}

std::vector<Problem> each(std::span<const Shape> shapes, daybreak_dtype type, bool packed) {
  std::vector<Problem> problems;
  for (const Shape& shape : shapes) problems.push_back({shape, false, false, type, type, packed});
  return problems;
}

/// The three products of each layer: forward, the input's gradient, the weights' gradient. Training in float32 packs
/// nothing beforehand.
std::vector<Problem> of_a_step(daybreak_dtype type) {
  const bool packed = type != DAYBREAK_F32;
  std::vector<Problem> problems;
  for (const auto& [tokens, k, n] : kOfAStep) {
    problems.push_back({{tokens, k, n}, false, false, type, type, packed});
    problems.push_back({{tokens, n, k}, false, true, type, type, packed});
    problems.push_back({{k, tokens, n}, true, false, type, DAYBREAK_F32, packed});
  }
  return problems;
}

/// Operands as rows, small shapes among them.
std::vector<Problem> as_rows() {
  std::vector<Problem> problems;
  for (const daybreak_dtype type : {DAYBREAK_F32, DAYBREAK_BF16}) {
    problems.push_back({{1024, 768, 3072}, false, false, type, type, false});
    problems.push_back({{1024, 768, 3072}, false, true, type, type, false});
    problems.push_back({{768, 1024, 3072}, true, false, type, type, false});
    problems.push_back({{256, 128, 512}, false, false, type, type, false});
    problems.push_back({{256, 512, 128}, false, true, type, type, false});
    problems.push_back({{128, 256, 512}, true, false, type, type, false});
    problems.push_back({{64, 128, 384}, false, false, type, type, false});
  }
  return problems;
}

}  // namespace

int main(int count, char** words) try {
  const std::string group = count > 1 ? words[1] : "";
  auto device = Device::open("cpu", {0, count > 2 ? words[2] : ""});
  std::printf("%s, peak %.0f GFLOP/s in bf16, %.0f in f32\n", device.info().name,
              device.peak_flops(DAYBREAK_BF16) / 1e9, device.peak_flops(DAYBREAK_F32) / 1e9);
  const auto wanted = [&group](const char* name) { return group.empty() || group == name; };
  bool agree = true;
  if (wanted("bf16")) agree &= compare_all(device, "bf16", each(kLarge, DAYBREAK_BF16, true));
  if (wanted("step"))
    agree &= compare_all(device, "the products of a step, bf16, gradients of weights f32", of_a_step(DAYBREAK_BF16));
  if (wanted("step32")) agree &= compare_all(device, "the products of a step, f32", of_a_step(DAYBREAK_F32));
  if (wanted("f32")) agree &= compare_all(device, "f32", each(kLarge, DAYBREAK_F32, true));
  if (wanted("rows")) agree &= compare_all(device, "rows, f32 and then bf16", as_rows());
  if (!agree) std::printf("the results differ\n");
  return agree ? 0 : 1;
} catch (const daybreak::Error& error) {
  std::printf("%s\n", error.what());
  return static_cast<int>(error.status());
}
