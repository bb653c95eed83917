#include "libcore/training/gradient_stream.h"

#include <array>
#include <utility>

namespace daybreak::training {

GradientStream::GradientStream(GradientExchange& exchange, std::vector<std::int64_t> counts, SumOrder order, float* gradient)
    : exchange_(exchange),
      buckets_(exchange.layout_.buckets()),
      counts_(std::move(counts)),
      order_(std::move(order)),
      gradient_(gradient),
      host_(exchange.device_.in_host_memory() ? gradient : exchange.whole_on_host()),
      thread_([this] { work(); }) {}

GradientStream::~GradientStream() {
  advance(ready_, true);
  if (thread_.joinable()) thread_.join();
}

void GradientStream::advance(std::size_t ready, bool given_up) {
  const std::lock_guard lock(mutex_);
  ready_ = ready;
  given_up_ = given_up;
  changed_.notify_one();
}

std::size_t GradientStream::wait_for(std::size_t known) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ready_ > known || given_up_; });
  return given_up_ ? known : ready_;
}

void GradientStream::work() {
  try {
    for (std::size_t done = 0; done < buckets_.size();) {
      const std::size_t ready = wait_for(done);
      if (ready == done) return;
      for (; done < ready; ++done) {
        const StateLayout::Bucket& bucket = buckets_[done];
        const std::array<const float*, 1> row{host_ + bucket.range.begin};
        exchange_.sum_bucket(bucket, row, counts_, order_, host_ + exchange_.part_of(bucket).begin);
      }
    }
  } catch (...) {
    failure_ = std::current_exception();
  }
}

void GradientStream::reached(std::int64_t element) {
  std::size_t ready = ready_;  // no other thread writes it
  while (ready < buckets_.size() && buckets_[ready].range.begin >= element) ++ready;
  if (ready == ready_) return;
  exchange_.device_.synchronize();
  if (host_ != gradient_) {
    const std::int64_t begin = buckets_[ready - 1].range.begin, end = buckets_[ready_].range.end;
    exchange_.device_.copy_out(host_ + begin, gradient_ + begin, static_cast<std::size_t>(end - begin) * sizeof(float));
  }
  advance(ready, false);
}

void GradientStream::finish() {
  thread_.join();
  if (failure_) std::rethrow_exception(failure_);
  if (host_ == gradient_) return;
  for (const StateLayout::Bucket& bucket : buckets_) {
    const Range part = exchange_.part_of(bucket);
    if (part.count() > 0)
      exchange_.device_.copy_in(gradient_ + part.begin, host_ + part.begin, static_cast<std::size_t>(part.count()) * sizeof(float));
  }
}

}  // namespace daybreak::training
