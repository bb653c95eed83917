#include "libcore/training/collectives/nccl/group.h"

#include <chrono>
#include <thread>

#include "libcore/base/error.h"

namespace daybreak::training::nccl {
namespace {

constexpr std::size_t kPiecesAtOnce = 128;

class Deadline {
 public:
  Deadline(double seconds, const char* doing)
      : seconds_(seconds), doing_(doing), end_(std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds)) {}
  /// Rests for a moment. Throws Error (try_again) where the time is up.
  void rest() {
    std::this_thread::sleep_for(std::chrono::microseconds(rests_++ < 100 ? 5 : 50));
    if (std::chrono::steady_clock::now() < end_) return;
    throw Error(ExitStatus::try_again, std::string(doing_) + ": the devices of other ranks have not answered for " +
                                           std::to_string(static_cast<long long>(seconds_)) + " s",
                "see what other ranks have reported, then start the job again with --resume");
  }

 private:
  double seconds_;
  const char* doing_;
  std::chrono::time_point<std::chrono::steady_clock, std::chrono::duration<double>> end_;
  int rests_ = 0;
};

}  // namespace

void check(cudaError_t result, const char* doing) {
  if (result != cudaSuccess) throw Error(ExitStatus::unavailable, std::string(doing) + ": " + cudaGetErrorString(result));
}

void check(ncclResult_t result, const char* doing) {
  if (result == ncclSuccess || result == ncclInProgress) return;
  throw Error(ExitStatus::unavailable, std::string(doing) + ": " + ncclGetErrorString(result) + ": " + ncclGetLastError(nullptr),
              "NCCL_DEBUG=INFO makes NCCL say more");
}

Group::Group(int ordinal, int member, int members, const ncclUniqueId& invitation, double patience_s)
    : ordinal_(ordinal), patience_s_(patience_s) {
  try {
    join(member, members, invitation);
  } catch (...) {
    release();
    throw;
  }
}

Group::~Group() { release(); }

void Group::join(int member, int members, const ncclUniqueId& invitation) {
  check(cudaSetDevice(ordinal_), "the device");
  ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
  config.blocking = 0;
  settle(ncclCommInitRankConfig(&members_, members, invitation, member, &config), "joining the devices of other ranks",
         patience_s_ / 2);
  check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "a stream");
}

void Group::release() {
  cudaSetDevice(ordinal_);
  if (members_) ncclCommAbort(members_);  // all that was asked for has arrived, or nobody waits for it any more
  if (stream_) cudaStreamDestroy(stream_);
}

void Group::settle(ncclResult_t result, const char* doing, double patience_s) {
  Deadline deadline(patience_s, doing);
  while (result == ncclInProgress) {
    deadline.rest();
    check(ncclCommGetAsyncError(members_, &result), doing);
  }
  check(result, doing);
}

void Group::finish(const char* doing) {
  Deadline deadline(patience_s_, doing);
  for (cudaError_t state; (state = cudaStreamQuery(stream_)) != cudaSuccess;) {
    if (state != cudaErrorNotReady) check(state, doing);
    ncclResult_t result = ncclSuccess;
    check(ncclCommGetAsyncError(members_, &result), doing);
    check(result, doing);
    deadline.rest();
  }
}

template <typename Queue>
void Group::run(std::span<const daybreak_device_piece> pieces, const Queue& queue, const char* doing) {
  check(cudaSetDevice(ordinal_), "the device");
  while (!pieces.empty()) {
    const auto some = pieces.first(std::min(pieces.size(), kPiecesAtOnce));
    check(ncclGroupStart(), doing);
    for (const daybreak_device_piece& piece : some)
      if (piece.end > piece.begin) check(queue(piece, static_cast<std::size_t>(piece.end - piece.begin)), doing);
    settle(ncclGroupEnd(), doing, patience_s_);
    pieces = pieces.subspan(some.size());
  }
  finish(doing);
}

void Group::reduce(float* values, std::span<const daybreak_device_piece> pieces) {
  const auto queue = [&](const daybreak_device_piece& piece, std::size_t count) {
    float* const place = values + piece.begin;
    return ncclReduce(place, place, count, ncclFloat32, ncclSum, piece.root, members_, stream_);
  };
  run(pieces, queue, "summing gradients on the devices");
}

void Group::broadcast(std::byte* values, std::span<const daybreak_device_piece> pieces) {
  const auto queue = [&](const daybreak_device_piece& piece, std::size_t count) {
    std::byte* const place = values + piece.begin;
    return ncclBroadcast(place, place, count, ncclInt8, piece.root, members_, stream_);
  };
  run(pieces, queue, "sharing weights between the devices");
}

}  // namespace daybreak::training::nccl
