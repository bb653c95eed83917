#pragma once
// A device of CUDA as a member of a group that NCCL connects. NCCL works in a stream of its own and is never waited for
// without a deadline.
#include <cuda_runtime.h>
#include <nccl.h>

#include <span>
#include <string>

#include "libcore/training/collectives/device_plugin.h"

namespace daybreak::training::nccl {

/// Throw Error (unavailable) in the libraries' words, where a call has failed.
void check(cudaError_t result, const char* doing);
void check(ncclResult_t result, const char* doing);

class Group {
 public:
  /// Waits for other members for half of patience_s.
  Group(int ordinal, int member, int members, const ncclUniqueId& invitation, double patience_s);
  ~Group();
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  void reduce(float* values, std::span<const daybreak_device_piece> pieces);
  void broadcast(std::byte* values, std::span<const daybreak_device_piece> pieces);

 private:
  /// Calls queue(piece) for all pieces, some at a time as one operation of NCCL, and waits until they are done.
  template <typename Queue>
  void run(std::span<const daybreak_device_piece> pieces, const Queue& queue, const char* doing);
  void join(int member, int members, const ncclUniqueId& invitation);
  void release();
  /// Waits while NCCL is still taking what it was given.
  void settle(ncclResult_t result, const char* doing, double patience_s);
  /// Waits for the stream.
  void finish(const char* doing);

  int ordinal_;
  double patience_s_;
  cudaStream_t stream_ = nullptr;
  ncclComm_t members_ = nullptr;
};

}  // namespace daybreak::training::nccl
