#pragma once
// Copies between the device and memory of the host that the device cannot reach: through a ring of memory that it can, so
// that a copy in has left the caller's memory when it returns, and none waits for the device while the ring has room.
#include <cuda_runtime.h>

#include <cstddef>
#include <deque>
#include <vector>

#include "kernels/cuda/cuda_device.h"

namespace daybreak::kernels::cuda {

class Staging {
 public:
  Staging() = default;
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  /// No copy may be on its way.
  ~Staging();

  /// Queues a copy to the device; `from_host` may be reused at return. Throws DeviceError.
  void copy_in(cudaStream_t stream, void* to, const void* from_host, std::size_t bytes);
  /// Queues a copy to the host, which is whole after deliver(). Throws DeviceError.
  void copy_out(cudaStream_t stream, void* to_host, const void* from, std::size_t bytes);
  /// Brings to their places what a stream, which has been waited for, has copied out.
  void deliver(cudaStream_t stream);

 private:
  /// Bytes [begin, end) of the ring, on their way until `done`.
  struct Piece {
    std::size_t begin, end;
    cudaEvent_t done;
    cudaStream_t stream;
    void* to_host;  // NULL: a copy in, or one that has been delivered
  };
  std::byte* room_for(std::size_t bytes);
  void note(std::byte* place, std::size_t bytes, cudaStream_t stream, void* to_host);
  void finish_oldest();
  void bring(Piece& piece);

  HostBlock ring_{kRingBytes};
  std::size_t next_ = 0;
  std::deque<Piece> pieces_;  // in the order of their places, around the ring
  std::vector<cudaEvent_t> events_;  // to be used again

  static constexpr std::size_t kRingBytes = std::size_t{16} << 20, kMostBytes = std::size_t{4} << 20;  // of all; of a piece
};

}  // namespace daybreak::kernels::cuda
