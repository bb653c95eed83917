// The emulation of CUDA, shown to compute what the device would and to notice what it would not forgive. Compiled like the
// chip's sources.
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "kernels/cuda/tensor_core.h"
#include "tests/kernels/cuda_on_host/block.h"
#include "tests/kernels/cuda_on_host/deaths.h"
#include "tests/kernels/cuda_on_host/order.h"
#include "tests/kernels/cuda_on_host/streams.h"
#include "tests/support/catch.hpp"

using namespace daybreak::kernels;
using cuda_on_host::Order;
using cuda_on_host::plan;

namespace {

/// Memory of the device for as long as it lives.
template <typename T>
struct DeviceArray {
  explicit DeviceArray(std::size_t elements) { REQUIRE(cudaMalloc(reinterpret_cast<void**>(&data), elements * sizeof(T)) == cudaSuccess); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;
  ~DeviceArray() { cudaFree(data); }
  T* data = nullptr;
};

/// Runs a kernel on a stream of its own to its end.
template <typename... P>
void start(void (*kernel)(P...), dim3 grid, dim3 block, std::size_t shared_bytes, std::type_identity_t<P>... arguments) {
  cudaStream_t stream = nullptr;
  REQUIRE(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking) == cudaSuccess);
  const cuda_on_host::Kernel started{reinterpret_cast<const void*>(kernel), [=] { kernel(arguments...); }, grid, block, shared_bytes};
  REQUIRE(cuda_on_host::enqueue(stream, [started] { cuda_on_host::run(started); }) == cudaSuccess);
  REQUIRE(cudaStreamSynchronize(stream) == cudaSuccess);
  cudaStreamDestroy(stream);
}

/// Runs the body under a plan, and goes back to the usual one.
template <typename Body>
void under(const cuda_on_host::Plan& other, Body body) {
  const cuda_on_host::Plan usual = plan();
  plan() = other;
  body();
  plan() = usual;
}

template <typename Body>
void in_each_order(Body body) {
  for (const Order order : {Order::forward, Order::backward, Order::shuffled}) under({order, false, false}, body);
}

constexpr cuda_on_host::Plan kEvery{Order::forward, true, true};

template <typename... P>
std::string death_of(const cuda_on_host::Plan& other, void (*kernel)(P...), dim3 block, std::size_t shared_bytes,
                     std::type_identity_t<P>... arguments) {
  return last_words([&] { under(other, [&] { start(kernel, 1, block, shared_bytes, arguments...); }); });
}

// --- blocks ------------------------------------------------------------------------------------------------------------
__global__ void reverse(const int* in, int* out) {
  __shared__ int kept[96];
  const int i = static_cast<int>(threadIdx.x), first = static_cast<int>(blockIdx.x * blockDim.x);
  kept[i] = in[first + i];
  __syncthreads();
  out[first + i] = kept[95 - i];
  __syncthreads();
  kept[i] = -1;  // what the next block must not rely on
}

__global__ void reverse_without_barrier(const int* in, int* out) {
  __shared__ int kept[96];
  const int i = static_cast<int>(threadIdx.x);
  kept[i] = in[i];
  out[i] = kept[95 - i];
}

__global__ void number_of_thread(unsigned* out) {
  const unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  const unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  out[block * blockDim.x * blockDim.y * blockDim.z + thread] = thread + 1000 * block;
}

__global__ void shared_at_first(float* out, int at) {
  __shared__ float fixed[3];
  out[0] = fixed[2];
  out[1] = static_cast<float*>(cuda_on_host::dynamic_shared_memory())[at];
  fixed[2] = 1;
}

__global__ void count_all(unsigned* counter, unsigned* slot) {
  atomicAdd(counter, 2u);
  atomicOr(counter + 1, 1u << threadIdx.x % 32);
  slot[threadIdx.x] = atomicCAS(counter + 2, 7u, 7u);
}

__global__ void some_at_barrier() {
  if (threadIdx.x < 40) __syncthreads();
}

// --- warps -------------------------------------------------------------------------------------------------------------
__global__ void exchange_values(int* out) {
  const int lane = static_cast<int>(threadIdx.x % 32), value = 100 + lane, i = static_cast<int>(threadIdx.x) * 8;
  out[i] = __shfl_sync(0xffffffffu, value, 5);
  out[i + 1] = __shfl_sync(0xffffffffu, value, lane + 3, 8);
  out[i + 2] = __shfl_xor_sync(0xffffffffu, value, 16);
  out[i + 3] = __shfl_down_sync(0xffffffffu, value, 4);
  out[i + 4] = __shfl_up_sync(0xffffffffu, value, 3, 16);
  out[i + 5] = static_cast<int>(__ballot_sync(0xffffffffu, lane % 3 == 0));
  out[i + 6] = __any_sync(0xffffffffu, lane == 31) + 2 * __all_sync(0xffffffffu, lane == 31) + 4 * __all_sync(0xffffffffu, 1);
  // Halves of a warp may go their own ways, each with its mask.
  out[i + 7] = lane < 16 ? __shfl_sync(0x0000ffffu, value, 2) : __shfl_xor_sync(0xffff0000u, value, 1);
}

__global__ void other_instructions() {
  if (threadIdx.x < 16) __shfl_sync(0xffffffffu, 1, 0);
  else __ballot_sync(0xffffffffu, 1);
}

__global__ void lanes_that_left() {
  if (threadIdx.x < 16) return;
  __syncwarp();
}

// --- tensor cores --------------------------------------------------------------------------------------------------------
/// Fragments filled as kernels/cuda/tensor_core.h words the layout, from matrices by rows.
template <typename Format>
__global__ void product_of_fragments(const std::uint16_t* a, const std::uint16_t* b, float* d) {
  const int group = static_cast<int>(threadIdx.x) / 4, t = static_cast<int>(threadIdx.x) % 4;
  const auto pair_of_a = [&](int row, int column) {
    return a[row * 16 + column] | static_cast<std::uint32_t>(a[row * 16 + column + 1]) << 16;
  };
  const auto pair_of_b = [&](int row, int column) {
    return b[row * 8 + column] | static_cast<std::uint32_t>(b[(row + 1) * 8 + column]) << 16;
  };
  const std::uint32_t fragment_a[4] = {pair_of_a(group, 2 * t), pair_of_a(group + 8, 2 * t), pair_of_a(group, 2 * t + 8),
                                       pair_of_a(group + 8, 2 * t + 8)};
  const std::uint32_t fragment_b[2] = {pair_of_b(2 * t, group), pair_of_b(2 * t + 8, group)};
  float sums[4] = {1, 2, 3, 4};
  cuda::mma_m16n8k16(sums, fragment_a, fragment_b, Format{});
  for (int i = 0; i < 2; ++i) d[group * 8 + 2 * t + i] = sums[i] - static_cast<float>(1 + i);
  for (int i = 0; i < 2; ++i) d[(group + 8) * 8 + 2 * t + i] = sums[2 + i] - static_cast<float>(3 + i);
}

/// The same product, its fragments out of shared memory: a as it lies, b, which lies by rows, transposed.
__global__ void product_of_loaded(const std::uint16_t* a, const std::uint16_t* b, float* d) {
  auto* const shared = static_cast<std::uint16_t*>(cuda_on_host::dynamic_shared_memory());
  const int lane = static_cast<int>(threadIdx.x);
  for (int i = lane; i < 256; i += 32) shared[i] = a[i];
  for (int i = lane; i < 128; i += 32) shared[256 + i] = b[i];
  __syncthreads();
  std::uint32_t fragment_a[4], both_b[4];
  cuda::ldmatrix_x4(fragment_a, shared + lane % 16 * 16 + lane / 16 * 8);
  cuda::ldmatrix_x4_transposed(both_b, shared + 256 + lane % 16 * 8);  // lanes 16 to 31 repeat the two matrices
  const std::uint32_t fragment_b[2] = {both_b[0], both_b[1]};
  float sums[4] = {};
  cuda::mma_m16n8k16(sums, fragment_a, fragment_b, Bf16{});
  for (int i = 0; i < 4; ++i) d[(lane / 4 + i / 2 * 8) * 8 + lane % 4 * 2 + i % 2] = sums[i];
}

__global__ void loaded(const std::uint16_t* matrices, std::uint32_t* plain, std::uint32_t* transposed) {
  __shared__ __align__(16) std::uint16_t shared[256];
  const int lane = static_cast<int>(threadIdx.x);
  for (int i = lane; i < 256; i += 32) shared[i] = matrices[i];
  __syncthreads();
  std::uint32_t r[4];
  cuda::ldmatrix_x4(r, shared + 8 * lane);
  for (int i = 0; i < 4; ++i) plain[lane * 4 + i] = r[i];
  cuda::ldmatrix_x4_transposed(r, shared + 8 * lane);
  for (int i = 0; i < 4; ++i) transposed[lane * 4 + i] = r[i];
}

template <typename Format>
void check_product(void (*kernel)(const std::uint16_t*, const std::uint16_t*, float*)) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  DeviceArray<std::uint16_t> a(256), b(128);
  DeviceArray<float> d(128);
  for (int i = 0; i < 256; ++i) a.data[i] = encode<Format>(normal(random));
  for (int i = 0; i < 128; ++i) b.data[i] = encode<Format>(normal(random));
  start(kernel, 1, 32, 768, a.data, b.data, d.data);
  for (int row = 0; row < 16; ++row)
    for (int column = 0; column < 8; ++column) {
      double sum = 0;
      for (int k = 0; k < 16; ++k) sum += decode<Format>(a.data[row * 16 + k]) * decode<Format>(b.data[k * 8 + column]);
      CAPTURE(row, column);
      CHECK(std::fabs(d.data[row * 8 + column] - sum) < 1e-4);
    }
}

// --- copies that run beside a thread ----------------------------------------------------------------------------------------
template <bool waits>
__global__ void copied(const float* in, float* out) {
  auto* const shared = static_cast<float*>(cuda_on_host::dynamic_shared_memory());
  cuda::copy_async_16(shared, in, true);
  cuda::copy_async_commit();
  cuda::copy_async_16(shared + 4, in + 4, true);
  cuda::copy_async_16(shared + 8, in + 4, false);
  cuda::copy_async_commit();
  if (waits) cuda::copy_async_wait<1>();
  for (int i = 0; i < 4; ++i) out[i] = shared[i];
  if (waits) cuda::copy_async_wait<0>();
  for (int i = 4; i < 12; ++i) out[i] = shared[i];
}

// --- memory ------------------------------------------------------------------------------------------------------------
__global__ void read_at(const float* in, float* out, long at) {
  out[0] = in[at];
}
__global__ void write_at(char* out, long at) {
  out[at] = 1;
}
__global__ void read_group(const float* in, float4* out, int offset) {
  out[0] = *reinterpret_cast<const float4*>(in + offset);
}
__global__ void read_shared_at(float* out, int at) {
  __shared__ float kept[32];
  kept[threadIdx.x] = 0;
  out[0] = kept[at];
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("blocks: threads meet at barriers in any order") {
  DeviceArray<int> in(960), out(960);
  for (int i = 0; i < 960; ++i) in.data[i] = i * i;
  in_each_order([&] {
    for (int i = 0; i < 960; ++i) out.data[i] = 0;
    start(reverse, 10, 96, 0, in.data, out.data);
    for (int i = 0; i < 960; ++i) REQUIRE(out.data[i] == in.data[i / 96 * 96 + 95 - i % 96]);
  });
}

TEST_CASE("blocks: each thread of each block once, by its three numbers") {
  DeviceArray<unsigned> out(2 * 3 * 2 * 60);
  in_each_order([&] {
    start(number_of_thread, {2, 3, 2}, {3, 5, 4}, 0, out.data);
    for (unsigned i = 0; i < 720; ++i) REQUIRE(out.data[i] == i % 60 + i / 60 * 1000);
  });
}

TEST_CASE("blocks: shared memory is NaN at first, of the size that was asked for") {
  DeviceArray<float> out(2);
  start(shared_at_first, 1, 1, 128, out.data, 31);
  CHECK(std::isnan(out.data[0]));
  CHECK(std::isnan(out.data[1]));
  CHECK(contains(death_of({}, shared_at_first, 1, 128, out.data, 32), "0 bytes past the end of a piece of 128 bytes"));
  CHECK(contains(death_of({}, shared_at_first, 1, (227 << 10) + 1, out.data, 0), "bytes of dynamic shared memory"));
  CHECK(contains(death_of({}, shared_at_first, 1025, 128, out.data, 0), "at most 1024"));
}

TEST_CASE("blocks: atomics") {
  DeviceArray<unsigned> counter(3), slot(64);
  for (unsigned i = 0; i < 3; ++i) counter.data[i] = i * 7 / 2;
  start(count_all, 3, 64, 0, counter.data, slot.data);
  CHECK(counter.data[0] == 3 * 64 * 2);
  CHECK(counter.data[1] == 0xffffffffu);
  CHECK(slot.data[63] == 7);
}

TEST_CASE("blocks: a barrier that not all threads reach, or that is missing") {
  const std::string stuck = death_of({}, some_at_barrier, 64, 0);
  CHECK(contains(stuck, "a barrier that 40 of 64 threads reach; 24 have ended"));
  CHECK(contains(stuck, "some_at_barrier"));
  DeviceArray<int> in(96), out(96);
  for (int i = 0; i < 96; ++i) in.data[i] = i;
  const std::string raced = death_of(kEvery, reverse_without_barrier, 96, 0, in.data, out.data);
  CHECK(contains(raced, "depends on the order of threads"));
  CHECK(contains(raced, "reverse_without_barrier"));
  CHECK(death_of(kEvery, reverse, 96, 0, in.data, out.data).empty());
}

TEST_CASE("warps: exchanges of values and votes") {
  DeviceArray<int> out(64 * 8);
  in_each_order([&] {
    start(exchange_values, 1, 64, 0, out.data);
    for (int thread = 0; thread < 64; ++thread) {
      const int lane = thread % 32;
      const int* const got = out.data + thread * 8;
      CAPTURE(thread);
      REQUIRE(got[0] == 105);
      REQUIRE(got[1] == 100 + lane / 8 * 8 + (lane + 3) % 8);
      REQUIRE(got[2] == 100 + (lane ^ 16));
      REQUIRE(got[3] == 100 + (lane < 28 ? lane + 4 : lane));
      REQUIRE(got[4] == 100 + (lane % 16 >= 3 ? lane - 3 : lane));
      REQUIRE(got[5] == 0x49249249);
      REQUIRE(got[6] == 1 + 4);
      REQUIRE(got[7] == (lane < 16 ? 102 : 100 + (lane ^ 1)));
    }
  });
}

TEST_CASE("warps: lanes that do something else, or nothing any more") {
  CHECK(contains(death_of({}, other_instructions, 32, 0), "stand at different instructions"));
  CHECK(contains(death_of({}, lanes_that_left, 32, 0), "have ended"));
  CHECK(contains(death_of({Order::backward, false, true}, lanes_that_left, 32, 0), "waits for lanes that do not come"));
}

TEST_CASE("tensor cores: products of fragments") {
  check_product<Bf16>(product_of_fragments<Bf16>);
  check_product<F16>(product_of_fragments<F16>);
  check_product<Bf16>(product_of_loaded);
}

TEST_CASE("tensor cores: matrices out of shared memory") {
  DeviceArray<std::uint16_t> in(256);
  DeviceArray<std::uint32_t> plain(128), transposed(128);
  for (int i = 0; i < 256; ++i) in.data[i] = static_cast<std::uint16_t>(i);
  start(loaded, 1, 32, 0, in.data, plain.data, transposed.data);
  for (int lane = 0; lane < 32; ++lane)
    for (int m = 0; m < 4; ++m) {
      const int row = lane / 4, pair = lane % 4 * 2;
      CHECK(plain.data[lane * 4 + m] == static_cast<unsigned>(64 * m + 8 * row + pair + ((64 * m + 8 * row + pair + 1) << 16)));
      CHECK(transposed.data[lane * 4 + m] == static_cast<unsigned>(64 * m + 8 * pair + row + ((64 * m + 8 * (pair + 1) + row) << 16)));
    }
}

TEST_CASE("copies beside a thread: whole once they are waited for, and not before") {
  DeviceArray<float> in(8), out(12);
  for (int i = 0; i < 8; ++i) in.data[i] = static_cast<float>(i + 1);
  for (const bool late : {false, true})
    under({Order::forward, false, late}, [&] {
      DeviceArray<float> fresh(12);
      start(copied<true>, 1, 1, 48, in.data, fresh.data);
      float got[12];
      REQUIRE(cudaMemcpyAsync(got, fresh.data, sizeof got, cudaMemcpyDeviceToHost, nullptr) == cudaSuccess);
      for (int i = 0; i < 12; ++i) CHECK(got[i] == (i < 8 ? static_cast<float>(i + 1) : 0));
    });
  under({Order::forward, false, true}, [&] {
    start(copied<false>, 1, 1, 48, in.data, out.data);
    float got[12];
    REQUIRE(cudaMemcpyAsync(got, out.data, sizeof got, cudaMemcpyDeviceToHost, nullptr) == cudaSuccess);
    CHECK(std::isnan(got[0]));
  });
}

TEST_CASE("memory: what lies beside a piece, what was freed, what is not aligned") {
  DeviceArray<float> in(100), out(4);
  CHECK(std::isnan(in.data[99]));
  const auto read = [&](long at) { return death_of({}, read_at, 1, 0, in.data, out.data, at); };
  CHECK(read(99).empty());
  CHECK(contains(read(112), "48 bytes past the end of a piece of 400 bytes"));
  CHECK(contains(read(-1030), "before the beginning of a piece of 400 bytes"));
  auto* const bytes = reinterpret_cast<char*>(in.data);
  CHECK(contains(death_of({}, write_at, 1, 0, bytes, 400l), "a write 0 bytes past the end of a piece of device memory of 400 bytes"));
  CHECK(contains(death_of({}, write_at, 1, 0, bytes, -1l), "a write 1 bytes before the beginning"));
  const float* freed = nullptr;
  {
    const DeviceArray<float> gone(10);
    freed = gone.data;
  }
  CHECK(contains(death_of({}, read_at, 1, 0, freed, out.data, 3l), "that was freed"));
  auto* const groups = reinterpret_cast<float4*>(out.data);
  CHECK(death_of({}, read_group, 1, 0, in.data, groups, 4).empty());
  CHECK(contains(death_of({}, read_group, 1, 0, in.data, groups, 5), "misaligned"));
  CHECK(contains(death_of({}, read_shared_at, 32, 0, out.data, 32), "an index outside an array"));
}
