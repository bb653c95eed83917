#include "tests/kernels/cuda_on_host/block.h"

#include <link.h>

#include <algorithm>
#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <cstdint>
#include <cstring>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "tests/kernels/cuda_on_host/faults.h"
#include "tests/kernels/cuda_on_host/memory.h"
#include "tests/kernels/cuda_on_host/order.h"

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

namespace cuda_on_host {
namespace {

using boost::context::fiber;
constexpr std::size_t kStackBytes = 256 << 10;
constexpr unsigned kMostThreads = 1024;
constexpr std::size_t kMostShared = 227 << 10, kSharedAlignment = 128;
constexpr int kNan = 0xff;  // of a byte: every floating-point format of ours reads it as NaN

/// A fiber that runs one thread of a block after the other, for ever.
struct Worker {
  fiber context;  // where it stands while it does not run
};

struct Copy {
  void* to;
  const void* from;
  std::size_t bytes;
  bool valid;
};

struct Thread {
  Worker* worker = nullptr;  // null until it begins
  uint3 index{};
  unsigned mask = 0;  // of the step of its warp that it waits for
  void* mine = nullptr;
  WarpStep compute = nullptr;
  std::vector<Copy> copies;         // asynchronous ones that are not done
  std::vector<std::size_t> groups;  // how many of them each committed group has
};

/// Which lanes are there, may run, wait for the block, wait for their warp, have ended.
struct Warp {
  unsigned lanes = 0, ready = 0, at_barrier = 0, at_step = 0, done = 0;
};

struct Device {
  const Kernel* kernel = nullptr;  // that runs
  std::vector<Thread> threads;
  std::vector<Warp> warps;
  std::uint32_t ready_warps = 0;
  unsigned arrived = 0, ended = 0;  // threads at the barrier, and at their end
  unsigned running = 0;             // the thread
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<Worker*> idle;
  Worker host;  // whoever called run()
  Worker* current = &host;
  Worker* previous = nullptr;
  GuardedMemory shared;
};

Device& device() {
  static Device one;
  return one;
}

/// Goes on where `to` stands; returns when somebody comes back here.
void change_to(Worker* to) {
  Device& d = device();
  d.previous = std::exchange(d.current, to);
  fiber came_from = std::move(to->context).resume();
  d.previous->context = std::move(came_from);
}

void set_running(unsigned thread) {
  Device& d = device();
  d.running = thread;
  threadIdx = d.threads[thread].index;
}

void set_ready(unsigned warp, unsigned lanes) {
  Device& d = device();
  d.warps[warp].ready |= lanes;
  d.ready_warps |= 1u << warp;
}

void perform(const Copy& copy) {
  if (copy.valid) std::memcpy(copy.to, copy.from, copy.bytes);
  else std::memset(copy.to, 0, copy.bytes);
}

void finish_copies(Thread& thread, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) perform(thread.copies[i]);
  thread.copies.erase(thread.copies.begin(), thread.copies.begin() + static_cast<std::ptrdiff_t>(count));
}

/// Takes the next thread that may run out of those, and says which; the host's number where all have ended.
unsigned take_next() {
  Device& d = device();
  if (d.ready_warps == 0) {
    if (d.ended == d.threads.size()) return static_cast<unsigned>(d.threads.size());
    for (unsigned t = 0; t < d.threads.size(); ++t)
      if (d.warps[t / 32].at_step >> t % 32 & 1) {
        set_running(t);
        stop("an instruction of a warp with mask 0x%08x waits for lanes that do not come; %u threads are at a barrier, %u have ended",
             d.threads[t].mask, d.arrived, d.ended);
      }
    stop("a barrier that %u of %zu threads reach; %u have ended", d.arrived, d.threads.size(), d.ended);
  }
  const auto warp = static_cast<unsigned>(choose(d.ready_warps));
  const auto lane = static_cast<unsigned>(choose(d.warps[warp].ready));
  d.warps[warp].ready &= ~(1u << lane);
  if (d.warps[warp].ready == 0) d.ready_warps &= ~(1u << warp);
  return warp * 32 + lane;
}

void work(fiber&& came_from);

Worker* idle_worker() {
  Device& d = device();
  if (d.idle.empty()) {
    d.workers.push_back(std::make_unique<Worker>());
    d.workers.back()->context = fiber(std::allocator_arg, boost::context::protected_fixedsize_stack(kStackBytes), [](fiber&& sink) {
      work(std::move(sink));
      return fiber{};
    });
    return d.workers.back().get();
  }
  Worker* const worker = d.idle.back();
  d.idle.pop_back();
  return worker;
}

/// Lets the thread `next` run, on this worker where it has not begun and `here` says so.
void go_to(unsigned next, bool here) {
  Device& d = device();
  if (next == d.threads.size()) return change_to(&d.host);
  Thread& thread = d.threads[next];
  set_running(next);
  if (!thread.worker) thread.worker = here ? d.current : idle_worker();
  if (thread.worker != d.current) change_to(thread.worker);
}

void work(fiber&& came_from) {
  Device& d = device();
  d.previous->context = std::move(came_from);
  Worker* const self = d.current;
  for (;;) {
    d.kernel->body();
    Thread& ended = d.threads[d.running];
    finish_copies(ended, ended.copies.size());
    d.warps[d.running / 32].done |= 1u << d.running % 32;
    ++d.ended;
    const unsigned next = take_next();
    const bool fresh = next < d.threads.size() && !d.threads[next].worker;
    if (!fresh) d.idle.push_back(self);
    go_to(next, fresh);
  }
}

/// This thread waits: others run until it is ready again and its turn comes.
void wait() {
  const unsigned self = device().running;
  go_to(take_next(), false);
  if (device().running != self) stop("the emulation woke thread %u for thread %u", self, device().running);
}

/// The thread-local storage of this library for this thread: all static shared memory of its kernels, and nothing else.
std::pair<void*, std::size_t> static_shared() {
  static thread_local char touched;
  *static_cast<volatile char*>(&touched) = 0;
  struct Search {
    ElfW(Addr) inside;
    std::pair<void*, std::size_t> found;
  } search{reinterpret_cast<ElfW(Addr)>(&static_shared), {nullptr, 0}};
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* data) {
        auto& s = *static_cast<Search*>(data);
        bool ours = false;
        std::size_t bytes = 0;
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const auto& header = info->dlpi_phdr[i];
          if (header.p_type == PT_TLS) bytes = header.p_memsz;
          if (header.p_type == PT_LOAD && s.inside - info->dlpi_addr - header.p_vaddr < header.p_memsz) ours = true;
        }
        if (ours) s.found = {info->dlpi_tls_data, bytes};
        return ours ? 1 : 0;
      },
      &search);
  return search.found;
}

void check_limits(const Kernel& kernel) {
  const dim3 g = kernel.grid, b = kernel.block;
  const std::uint64_t threads = std::uint64_t{b.x} * b.y * b.z;
  if (threads == 0 || threads > kMostThreads || b.z > 64)
    stop("blocks of %u x %u x %u threads: at most 1024, 64 of them in z", b.x, b.y, b.z);
  if (g.x == 0 || g.y == 0 || g.z == 0 || g.x > 0x7fffffffu || g.y > 65535 || g.z > 65535)
    stop("a grid of %u x %u x %u blocks: at least 1, at most 2147483647 x 65535 x 65535", g.x, g.y, g.z);
  if (kernel.dynamic_shared_bytes > kMostShared)
    stop("%zu bytes of dynamic shared memory: a block has at most %zu", kernel.dynamic_shared_bytes, kMostShared);
}

void prepare_threads(dim3 block) {
  Device& d = device();
  d.threads.resize(block.x * block.y * block.z);
  d.warps.assign((d.threads.size() + 31) / 32, {});
  for (unsigned t = 0; t < d.threads.size(); ++t)
    d.threads[t].index = {t % block.x, t / block.x % block.y, t / (block.x * block.y)};
}

void run_block(uint3 index) {
  Device& d = device();
  blockIdx = index;
  if (d.shared.bytes()) std::memset(d.shared.data(), kNan, d.shared.bytes());
  d.arrived = d.ended = 0;
  d.ready_warps = 0;
  for (unsigned w = 0; w < d.warps.size(); ++w) {
    const auto lanes = std::min<std::size_t>(32, d.threads.size() - w * 32);
    d.warps[w] = {};
    d.warps[w].lanes = lanes == 32 ? ~0u : (1u << lanes) - 1;
    set_ready(w, d.warps[w].lanes);
  }
  for (Thread& thread : d.threads) thread.worker = nullptr, thread.groups.clear();
  go_to(take_next(), false);
  if (d.ended != d.threads.size()) stop("the emulation left a block before its end");
}

/// The blocks in the order that holds; a shuffled one multiplies by a number without a common divisor.
std::uint64_t block_at(std::uint64_t i, std::uint64_t blocks, std::uint64_t step) {
  switch (plan().order) {
    case Order::forward:
      return i;
    case Order::backward:
      return blocks - 1 - i;
    default:
      return static_cast<std::uint64_t>(static_cast<unsigned __int128>(i) * step % blocks);
  }
}

std::uint64_t drawn_step(std::uint64_t blocks) {
  std::uint64_t step = 1 + drawn_below(blocks);
  while (std::gcd(step, blocks) != 1) ++step;
  return step;
}

void run_once(const Kernel& kernel) {
  Device& d = device();
  d.kernel = &kernel;
  check_limits(kernel);
  prepare_threads(kernel.block);
  blockDim = kernel.block, gridDim = kernel.grid;
  if (d.shared.bytes() != kernel.dynamic_shared_bytes) d.shared = GuardedMemory(kernel.dynamic_shared_bytes, kSharedAlignment);
  const auto [memory, bytes] = static_shared();
  if (bytes) std::memset(memory, kNan, bytes);
  const std::uint64_t blocks = std::uint64_t{gridDim.x} * gridDim.y * gridDim.z;
  const std::uint64_t step = drawn_step(blocks);
  for (std::uint64_t i = 0; i < blocks; ++i) {
    const std::uint64_t b = block_at(i, blocks, step);
    run_block({static_cast<unsigned>(b % gridDim.x), static_cast<unsigned>(b / gridDim.x % gridDim.y),
               static_cast<unsigned>(b / gridDim.x / gridDim.y)});
    d.shared.check("dynamic shared memory");
  }
  d.kernel = nullptr;
}

}  // namespace

void run(const Kernel& kernel) {
  if (!plan().every) return run_once(kernel);
  const Snapshot before;
  run_once(kernel);
  const Snapshot after;
  for (const Order order : {Order::backward, Order::shuffled}) {
    before.restore();
    plan().order = order;
    run_once(kernel);
    const std::string difference = after.difference();
    device().kernel = &kernel;  // for what stop() says
    if (!difference.empty()) stop("%s depends on the order of threads", difference.c_str());
    device().kernel = nullptr;
  }
  plan().order = Order::forward;
}

std::string where_it_runs() {
  const Device& d = device();
  if (!d.kernel) return {};
  char text[160];
  std::snprintf(text, sizeof text, ", block (%u, %u, %u) of (%u, %u, %u), thread (%u, %u, %u) of (%u, %u, %u)", blockIdx.x, blockIdx.y,
                blockIdx.z, gridDim.x, gridDim.y, gridDim.z, threadIdx.x, threadIdx.y, threadIdx.z, blockDim.x, blockDim.y, blockDim.z);
  return "\n  in kernel " + name_of(d.kernel->address) + text;
}

void* dynamic_shared_memory() {
  return device().shared.data();
}

void block_barrier() {
  Device& d = device();
  d.warps[d.running / 32].at_barrier |= 1u << d.running % 32;
  if (++d.arrived == d.threads.size()) {
    d.arrived = 0;
    for (unsigned w = 0; w < d.warps.size(); ++w) set_ready(w, std::exchange(d.warps[w].at_barrier, 0));
  }
  wait();
}

void warp_step(unsigned mask, void* mine, WarpStep compute) {
  Device& d = device();
  const unsigned number = d.running / 32, first = number * 32, self = 1u << d.running % 32;
  Warp& warp = d.warps[number];
  if (!(mask & self)) stop("an instruction of a warp with mask 0x%08x, which lacks the lane itself", mask);
  if (mask & ~warp.lanes) stop("an instruction of a warp with mask 0x%08x in a warp that has lanes 0x%08x", mask, warp.lanes);
  if (mask & warp.done) stop("an instruction of a warp with mask 0x%08x, of which lanes 0x%08x have ended", mask, mask & warp.done);
  Thread& thread = d.threads[d.running];
  thread.mask = mask, thread.mine = mine, thread.compute = compute;
  warp.at_step |= self;
  if ((warp.at_step & mask) == mask) {
    void* lanes[32] = {};
    for (unsigned l = 0; l < 32; ++l) {
      if (!(mask >> l & 1)) continue;
      const Thread& other = d.threads[first + l];
      if (other.mask != mask || other.compute != compute)
        stop("the lanes of a warp stand at different instructions or masks: 0x%08x here, 0x%08x in lane %u", mask, other.mask, l);
      lanes[l] = other.mine;
    }
    compute(lanes, mask);
    warp.at_step &= ~mask;
    set_ready(number, mask);
  }
  wait();
}

unsigned lane() {
  return device().running % 32;
}

void copy_async(void* to, const void* from, std::size_t bytes, bool valid) {
  const Copy copy{to, from, bytes, valid};
  if (!plan().late) return perform(copy);
  // What is on its way may be neither read nor relied on.
  std::memset(to, kNan, bytes);
  device().threads[device().running].copies.push_back(copy);
}

void copy_async_commit_group() {
  Thread& thread = device().threads[device().running];
  const std::size_t committed = std::accumulate(thread.groups.begin(), thread.groups.end(), std::size_t{0});
  thread.groups.push_back(thread.copies.size() - committed);
}

void copy_async_wait_group(int youngest_left) {
  Thread& thread = device().threads[device().running];
  while (thread.groups.size() > static_cast<std::size_t>(youngest_left)) {
    finish_copies(thread, thread.groups.front());
    thread.groups.erase(thread.groups.begin());
  }
}

}  // namespace cuda_on_host
