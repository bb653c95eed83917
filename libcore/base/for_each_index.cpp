#include "libcore/base/for_each_index.h"

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace daybreak {

void for_each_index(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex guard;
  const auto run = [&] {
    try {
      for (std::size_t i; (i = next.fetch_add(1)) < count;) work(i);
    } catch (...) {
      const std::lock_guard lock(guard);
      if (!failure) failure = std::current_exception();
      next = count;
    }
  };
  std::vector<std::jthread> helpers;
  for (unsigned i = 1; i < threads && i < count; ++i) helpers.emplace_back(run);
  run();
  helpers.clear();  // joins them
  if (failure) std::rethrow_exception(failure);
}

}  // namespace daybreak
