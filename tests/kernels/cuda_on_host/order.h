#pragma once
// In which order the emulated device does what CUDA leaves open: the threads of a block between barriers, the blocks of a
// grid, asynchronous copies, and work that is queued on streams. Whoever relies on an order gets other bytes under another.
#include <cstdint>

namespace cuda_on_host {

enum class Order {
  forward,   // the lowest thread first
  backward,  // the highest thread first
  shuffled   // a thread drawn at every step
};

/// What DAYBREAK_CUDA_ON_HOST_ORDER says: forward (and so where it is not set), backward, shuffled, or every: each kernel
/// runs in each of them from the same memory and must leave the same bytes.
/// In all but `forward` what is queued, and copies that run beside a thread, wait until somebody waits for them.
struct Plan {
  Order order = Order::forward;
  bool every = false, late = false;
};
Plan& plan();

/// One of the bits of a mask that is not 0: the lowest, the highest or one that is drawn.
int choose(std::uint32_t mask);

/// A number below `limit`, of one sequence for the whole program.
std::uint64_t drawn_below(std::uint64_t limit);

}  // namespace cuda_on_host
