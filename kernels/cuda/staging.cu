#include "kernels/cuda/staging.h"

#include <algorithm>
#include <cstring>

namespace daybreak::kernels::cuda {

Staging::~Staging() {
  for (const Piece& piece : pieces_) cudaEventDestroy(piece.done);
  for (const cudaEvent_t event : events_) cudaEventDestroy(event);
}

void Staging::copy_in(cudaStream_t stream, void* to, const void* from_host, std::size_t bytes) {
  for (std::size_t begin = 0; begin < bytes; begin += kMostBytes) {
    const std::size_t now = std::min(kMostBytes, bytes - begin);
    std::byte* const place = room_for(now);
    std::memcpy(place, static_cast<const std::byte*>(from_host) + begin, now);
    require(cudaMemcpyAsync(static_cast<std::byte*>(to) + begin, place, now, cudaMemcpyHostToDevice, stream), "copy_in");
    note(place, now, stream, nullptr);
  }
}

void Staging::copy_out(cudaStream_t stream, void* to_host, const void* from, std::size_t bytes) {
  for (std::size_t begin = 0; begin < bytes; begin += kMostBytes) {
    const std::size_t now = std::min(kMostBytes, bytes - begin);
    std::byte* const place = room_for(now);
    require(cudaMemcpyAsync(place, static_cast<const std::byte*>(from) + begin, now, cudaMemcpyDeviceToHost, stream), "copy_out");
    note(place, now, stream, static_cast<std::byte*>(to_host) + begin);
  }
}

void Staging::deliver(cudaStream_t stream) {
  for (Piece& piece : pieces_)
    if (piece.stream == stream) bring(piece);
  while (!pieces_.empty() && pieces_.front().stream == stream) finish_oldest();
}

void Staging::bring(Piece& piece) {
  if (piece.to_host) std::memcpy(piece.to_host, ring_.data() + piece.begin, piece.end - piece.begin);
  piece.to_host = nullptr;
}

void Staging::finish_oldest() {
  Piece& oldest = pieces_.front();
  require(cudaEventSynchronize(oldest.done), "a copy");
  bring(oldest);
  events_.push_back(oldest.done);
  pieces_.pop_front();
}

/// The next place of the ring, once what was there is through.
std::byte* Staging::room_for(std::size_t bytes) {
  if (next_ + bytes > kRingBytes) {
    while (!pieces_.empty() && pieces_.front().begin >= next_) finish_oldest();
    next_ = 0;
  }
  while (!pieces_.empty() && pieces_.front().begin < next_ + bytes && pieces_.front().end > next_) finish_oldest();
  return ring_.data() + next_;
}

void Staging::note(std::byte* place, std::size_t bytes, cudaStream_t stream, void* to_host) {
  cudaEvent_t done = nullptr;
  if (events_.empty()) {
    require(cudaEventCreateWithFlags(&done, cudaEventDisableTiming), "an event");
  } else {
    done = events_.back();
    events_.pop_back();
  }
  const auto begin = static_cast<std::size_t>(place - ring_.data());
  pieces_.push_back({begin, begin + bytes, done, stream, to_host});
  constexpr std::size_t kAlignment = 256;
  next_ = begin + (bytes + kAlignment - 1) / kAlignment * kAlignment;
  require(cudaEventRecord(done, stream), "an event");
}

}  // namespace daybreak::kernels::cuda
