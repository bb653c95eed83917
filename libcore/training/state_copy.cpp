#include "libcore/training/state_copy.h"

#include <sys/mman.h>

#include <algorithm>
#include <future>
#include <string>
#include <vector>

#include "libcore/base/error.h"

namespace daybreak::training {
namespace {

constexpr std::size_t kFewest = std::size_t{1} << 20;  // elements that are worth a thread

}  // namespace

StateCopy::StateCopy(const StateView& state, std::int64_t threads)
    : threads_(std::max<std::int64_t>(threads, 1)),
      bytes_(state.weights.size_bytes() + state.first_moments.size_bytes() + state.second_moments.size_bytes()) {
  void* memory =
      mmap(nullptr, std::max<std::size_t>(bytes_, 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    throw Error(ExitStatus::resources, "no memory for a copy of the state, " + std::to_string(bytes_) + " bytes");
  madvise(memory, bytes_, MADV_HUGEPAGE);
  memory_ = static_cast<float*>(memory);
  take(state);
}

StateCopy::~StateCopy() {
  munmap(memory_, std::max<std::size_t>(bytes_, 1));
}

void StateCopy::take(const StateView& state) {
  float* place = memory_;
  const auto copied = [&](std::span<const float> part) {
    copy(part, place);
    const std::span<const float> there(place, part.size());
    place += part.size();
    return there;
  };
  view_ = {state.progress, copied(state.weights), copied(state.first_moments), copied(state.second_moments), {}, state.parts};
}

void StateCopy::copy(std::span<const float> part, float* place) const {
  const auto crew = std::min<std::size_t>(static_cast<std::size_t>(threads_), part.size() / kFewest + 1);
  const auto share = [&](std::size_t worker) {
    const std::size_t begin = part.size() * worker / crew, end = part.size() * (worker + 1) / crew;
    std::copy_n(part.begin() + static_cast<std::ptrdiff_t>(begin), end - begin, place + begin);
  };
  std::vector<std::future<void>> others;
  for (std::size_t worker = 1; worker < crew; ++worker) others.push_back(std::async(std::launch::async, share, worker));
  share(0);
  for (std::future<void>& other : others) other.get();
}

}  // namespace daybreak::training
