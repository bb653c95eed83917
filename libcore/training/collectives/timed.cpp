#include "libcore/training/collectives/timed.h"

#include <chrono>

namespace daybreak::training {

template <typename Call>
void TimedCollectives::timed(const Call& call) {
  const auto began = std::chrono::steady_clock::now();
  call();
  seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

void TimedCollectives::all_gather(std::span<const std::byte> mine, std::span<std::byte> all) {
  timed([&] { inner_->all_gather(mine, all); });
}

void TimedCollectives::broadcast(std::span<std::byte> bytes, int root) {
  timed([&] { inner_->broadcast(bytes, root); });
}

void TimedCollectives::exchange(std::span<const float* const> rows, std::span<const std::int64_t> counts,
                                std::span<const Range> parts, const Take& take) {
  timed([&] { inner_->exchange(rows, counts, parts, take); });
}

void TimedCollectives::share(std::span<std::byte> values, std::span<const Range> parts) {
  timed([&] { inner_->share(values, parts); });
}

}  // namespace daybreak::training
