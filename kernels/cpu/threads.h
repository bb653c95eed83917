#pragma once
// A small pool of threads for loops over a fixed list of tasks. What a task computes depends on its number alone, so the
// bytes are the same whatever the number of threads.
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace daybreak::kernels::cpu {

class Threads {
 public:
  /// `count` threads in all, the caller among them; 0: as many as this process may run on.
  explicit Threads(unsigned count);
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads();

  unsigned count() const noexcept { return static_cast<unsigned>(workers_.size()) + 1; }

  /// Calls body(task, worker) for each task from 0 to tasks-1, in any order; worker is below count() and no two calls at
  /// the same time have the same. Returns when all are done. Throws std::bad_alloc if a body did.
  template <typename Body>
  void for_each(int64_t tasks, const Body& body) {
    run(tasks, [](const void* context, int64_t task, unsigned worker) {
      (*static_cast<const Body*>(context))(task, worker);
    }, &body);
  }

 private:
  using Call = void (*)(const void* context, int64_t task, unsigned worker);

  void run(int64_t tasks, Call call, const void* context);
  void stop();
  void work(unsigned worker);
  void take_tasks(unsigned worker) noexcept;
  bool join(std::uint64_t& seen);
  void wait_for_change(std::uint64_t known);

  // The round in the upper 48 bits, then "still taking workers", then how many workers are inside.
  std::atomic<std::uint64_t> state_{0};
  std::atomic<bool> ending_{false}, out_of_memory_{false};
  std::atomic<int64_t> next_{0};
  int64_t tasks_ = 0;
  Call call_ = nullptr;
  const void* context_ = nullptr;
  std::vector<std::thread> workers_;
};

}  // namespace daybreak::kernels::cpu
