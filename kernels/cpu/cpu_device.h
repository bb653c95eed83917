#pragma once
// An open device of the chip "cpu": its threads, its loops and scratch memory that grows and stays.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "kernels/cpu/attention_bf16.h"
#include "kernels/cpu/loops.h"
#include "kernels/cpu/products.h"
#include "kernels/cpu/threads.h"
#include "kernels/device.h"
#include "kernels/host/pages.h"

namespace daybreak::kernels::cpu {

/// Uninitialized floats, aligned to 64 bytes. Grows, never shrinks: an operation of a size seen before allocates
/// nothing.
class Scratch {
 public:
  float* at_least(int64_t count) {
    if (count <= count_) return memory_.get();
    memory_.reset();
    count_ = 0;
    // Of exactly this size, so that the address sanitizer sees a step past its end.
    void* const memory = host::allocate_pages(static_cast<size_t>(count) * sizeof(float));
    if (!memory) throw std::bad_alloc();
    memory_.reset(static_cast<float*>(memory));
    count_ = count;
    return memory_.get();
  }
  int64_t count() const { return count_; }
  std::byte* bytes_at_least(size_t bytes) {
    return reinterpret_cast<std::byte*>(at_least(static_cast<int64_t>((bytes + sizeof(float) - 1) / sizeof(float))));
  }

 private:
  struct Free {
    void operator()(float* memory) const { std::free(memory); }
  };
  std::unique_ptr<float, Free> memory_;
  int64_t count_ = 0;
};

/// What a device computes with.
struct InstructionSet {
  const char* name;  // as users force it
  const Loops& loops;
  const ProductTiles& f32_tiles;
  const Bf16Tiles* bf16_tiles;   // NULL: products of bf16 are computed in float32
  const AttentionBf16* attention;  // NULL: attention of bf16 is computed in float32
};

/// What a position's rotation by each frequency is: cosine and sine, [context, half] each.
struct RotationTable {
  float base = 0;
  int64_t context = 0, half = 0;
  std::vector<float> cosine, sine;
};

}  // namespace daybreak::kernels::cpu

struct daybreak_device {
  daybreak_device(unsigned thread_count, const daybreak::kernels::cpu::InstructionSet& chosen)
      : threads(thread_count), set(chosen), loops(chosen.loops), of_worker(threads.count()) {}

  char error[256] = {};
  daybreak::kernels::cpu::Threads threads;
  const daybreak::kernels::cpu::InstructionSet set;
  const daybreak::kernels::cpu::Loops& loops;
  std::vector<daybreak::kernels::cpu::Scratch> of_worker;          // one each, for what a task needs
  daybreak::kernels::cpu::Scratch shared;                          // for what the tasks of an operation share
  daybreak::kernels::cpu::Scratch a, b, bias, packed_a, packed_b;  // of gemm: converted operands, and in tiles
  daybreak::kernels::cpu::RotationTable rotations;
};
