#pragma once
// Independent pieces of work on several threads, their results taken in order on the calling thread.
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace daybreak::dataset {

/// Calls work(i) for i in [0, count) on `threads` threads and take(i, result) in ascending order on this thread. Pieces
/// are begun in order, at most two a thread ahead of what was taken, which bounds the memory. Whatever work or take
/// throws ends the whole; of several errors of work the one with the lowest i is thrown.
template <class Result>
void in_order(std::uint64_t count, std::int64_t threads, const std::function<Result(std::uint64_t)>& work,
              const std::function<void(std::uint64_t, Result)>& take) {
  if (threads <= 1 || count <= 1) {
    for (std::uint64_t i = 0; i < count; ++i) take(i, work(i));
    return;
  }
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::uint64_t, Result> done;
  std::map<std::uint64_t, std::exception_ptr> failed;
  std::uint64_t next = 0, taken = 0;
  bool stopped = false;
  const std::uint64_t ahead = 2 * static_cast<std::uint64_t>(threads);

  const auto worker = [&] {
    for (std::unique_lock lock(mutex);;) {
      changed.wait(lock, [&] { return stopped || next >= count || next < taken + ahead; });
      if (stopped || next >= count) return;
      const std::uint64_t mine = next++;
      lock.unlock();
      try {
        Result result = work(mine);
        lock.lock();
        done.emplace(mine, std::move(result));
      } catch (...) {
        if (!lock.owns_lock()) lock.lock();
        failed.emplace(mine, std::current_exception());
      }
      changed.notify_all();
    }
  };
  struct Crew {
    std::vector<std::jthread> threads;
    std::function<void()> stop;
    ~Crew() { stop(); }
  } crew;
  crew.stop = [&] {
    const std::lock_guard lock(mutex);
    stopped = true;
    changed.notify_all();
  };
  for (std::int64_t i = 0; i < threads; ++i) crew.threads.emplace_back(worker);

  for (std::unique_lock lock(mutex); taken < count;) {
    changed.wait(lock, [&] { return done.contains(taken) || failed.contains(taken); });
    if (const auto failure = failed.find(taken); failure != failed.end()) std::rethrow_exception(failure->second);
    Result result = std::move(done.extract(taken).mapped());
    lock.unlock();
    take(taken, std::move(result));
    lock.lock();
    ++taken;
    changed.notify_all();
  }
}

}  // namespace daybreak::dataset
