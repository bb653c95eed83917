#include "libcore/training/batch_loader.h"

#include <algorithm>
#include <chrono>

namespace daybreak::training {

BatchLoader::BatchLoader(const TokenSource& source, TokenRange range, const BatchOptions& options, std::uint64_t seed,
                         std::int64_t first_step, std::int64_t last_step)
    : source_(source), range_(range), options_(options),
      order_(range.count, static_cast<std::uint64_t>(options.context), seed),
      thread_([this, first_step, last_step] { run(first_step, last_step); }) {}

BatchLoader::~BatchLoader() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void BatchLoader::run(std::int64_t first_step, std::int64_t last_step) {
  try {
    for (std::int64_t step = first_step; step <= last_step; ++step) {
      Batch batch = read(step);
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stop_ || ready_.size() < kAhead; });
      if (stop_) return;
      ready_.push_back(std::move(batch));
      changed_.notify_all();
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
    changed_.notify_all();
  }
}

Batch BatchLoader::read(std::int64_t step) const {
  const auto context = static_cast<std::size_t>(options_.context), batch = static_cast<std::size_t>(options_.batch);
  Batch result{step, std::vector<std::uint32_t>(batch * context), std::vector<std::uint32_t>(batch * context)};
  std::vector<std::uint32_t> window(context + 1);
  for (std::size_t row = 0; row < batch; ++row) {
    const std::uint64_t sample = static_cast<std::uint64_t>(step - 1) * batch + row;
    source_.read(range_.first + order_.first_token(sample), window);
    std::copy_n(window.begin(), context, result.tokens.begin() + static_cast<std::ptrdiff_t>(row * context));
    std::copy_n(window.begin() + 1, context, result.targets.begin() + static_cast<std::ptrdiff_t>(row * context));
  }
  return result;
}

Batch BatchLoader::next() {
  const auto began = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !ready_.empty() || failure_; });
  stalled_s_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (ready_.empty()) std::rethrow_exception(failure_);
  Batch batch = std::move(ready_.front());
  ready_.pop_front();
  changed_.notify_all();
  return batch;
}

}  // namespace daybreak::training
