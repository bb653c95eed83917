#pragma once
// Runs the blocks of a kernel one after the other, and the threads of a block as fibers of one thread of the host. A thread
// runs until it waits for others; which one is next is a question of order.h. Of a barrier, or an instruction of a warp,
// that not all threads reach, stop() tells.
#include <cuda_runtime.h>

#include <cstddef>
#include <functional>
#include <string>

/// Of the thread that runs.
extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;

namespace cuda_on_host {

struct Kernel {
  const void* address = nullptr;  // for its name
  std::function<void()> body;     // what one thread does
  dim3 grid, block;
  std::size_t dynamic_shared_bytes = 0;
};

/// Runs a kernel to its end. One at a time: the caller sees to it.
void run(const Kernel& kernel);

/// " in kernel NAME, block (x, y, z), thread (x, y, z)" while one runs, else "".
std::string where_it_runs();

/// The block's dynamic shared memory, aligned to 128; NaN at the beginning of each block.
void* dynamic_shared_memory();

/// Until all threads of the block are here.
void block_barrier();

/// What the lanes of a mask do together: once all of them are here, `compute` is called once with what each has passed.
using WarpStep = void (*)(void* const (&lanes)[32], unsigned mask);
void warp_step(unsigned mask, void* mine, WarpStep compute);

/// This thread's place in its warp.
unsigned lane();

/// Copies into shared memory that run beside the thread: groups that are committed and waited for.
void copy_async(void* to, const void* from, std::size_t bytes, bool valid);
void copy_async_commit_group();
void copy_async_wait_group(int youngest_left);

}  // namespace cuda_on_host
