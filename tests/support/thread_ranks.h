#pragma once
// A job whose ranks are threads of one process.
#include <algorithm>
#include <barrier>
#include <cstring>
#include <exception>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "libcore/training/collectives/collectives.h"

namespace daybreak::test_support {

/// What the ranks put before each other between two barriers.
struct ThreadJob {
  explicit ThreadJob(int ranks) : barrier(ranks), given(static_cast<std::size_t>(ranks)), rows(given.size()) {}

  std::barrier<> barrier;
  std::vector<const std::byte*> given;           // one a rank
  std::vector<std::vector<const float*>> rows;   // the same
};

class ThreadRank final : public training::Collectives {
 public:
  ThreadRank(ThreadJob& job, int rank) : job_(job), rank_(rank) {}

  int rank() const override { return rank_; }
  int size() const override { return static_cast<int>(job_.given.size()); }
  std::string description() const override { return "threads"; }

  void all_gather(std::span<const std::byte> mine, std::span<std::byte> all) override {
    give(mine.data(), [&](std::size_t rank, const std::byte* theirs) {
      std::copy_n(theirs, mine.size(), all.data() + rank * mine.size());
    });
  }

  void broadcast(std::span<std::byte> bytes, int root) override {
    give(bytes.data(), [&](std::size_t rank, const std::byte* theirs) {
      if (rank == static_cast<std::size_t>(root) && root != rank_) std::copy_n(theirs, bytes.size(), bytes.data());
    });
  }

  void exchange(std::span<const float* const> rows, std::span<const std::int64_t> counts,
                std::span<const training::Range> parts, const Take& take) override {
    const training::Range mine = parts[here()];
    const std::int64_t first = parts.front().begin, count = mine.count();
    job_.rows[here()].assign(rows.begin(), rows.end());
    job_.barrier.arrive_and_wait();
    // As from elsewhere: each rank's in memory of its own, which is gone when take() has returned.
    std::vector<std::vector<float>> copies;
    for (std::size_t rank = 0; rank < job_.rows.size(); ++rank) {
      if (static_cast<std::int64_t>(job_.rows[rank].size()) != counts[rank]) std::terminate();
      for (const float* row : job_.rows[rank]) copies.emplace_back(row + mine.begin - first, row + mine.end - first);
    }
    std::vector<const float*> all;
    for (const std::vector<float>& copy : copies) all.push_back(copy.data());
    job_.barrier.arrive_and_wait();
    if (count > 0) take(all);
  }

  void share(std::span<std::byte> values, std::span<const training::Range> parts) override {
    give(values.data(), [&](std::size_t rank, const std::byte* theirs) {
      if (rank == here()) return;
      const auto first = parts[rank].begin - parts.front().begin;
      std::copy_n(theirs + first, parts[rank].count(), values.data() + first);
    });
  }

 private:
  std::size_t here() const { return static_cast<std::size_t>(rank_); }

  /// take(rank, bytes) for what each rank gives.
  template <typename Take>
  void give(const std::byte* bytes, const Take& take) {
    job_.given[here()] = bytes;
    job_.barrier.arrive_and_wait();
    for (std::size_t rank = 0; rank < job_.given.size(); ++rank) take(rank, job_.given[rank]);
    job_.barrier.arrive_and_wait();
  }

  ThreadJob& job_;
  int rank_;
};

/// Calls work(ranks) on one thread for each rank. What one of them throws is thrown here; the others must throw too, or not
/// wait for it.
inline void run_ranks(int ranks, const std::function<void(training::Collectives&)>& work) {
  ThreadJob job(ranks);
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(ranks));
  std::vector<std::thread> threads;
  for (int rank = 0; rank < ranks; ++rank)
    threads.emplace_back([&, rank] {
      try {
        ThreadRank mine(job, rank);
        work(mine);
      } catch (...) {
        failures[static_cast<std::size_t>(rank)] = std::current_exception();
        job.barrier.arrive_and_drop();
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

}  // namespace daybreak::test_support
