#include "tools/frame/signals.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace daybreak::frame {
namespace {

StopToken token;

constexpr std::int64_t kSameRequestNs = 1'000'000'000;
/// When each signal first came; 0: not yet.
std::array<std::atomic<std::int64_t>, NSIG> first_came_ns{};
static_assert(std::atomic<std::int64_t>::is_always_lock_free, "the handler uses it");

std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}

void on_signal(int number) {
  const std::int64_t now = now_ns();
  std::int64_t first = 0;
  if (first_came_ns[static_cast<std::size_t>(number)].compare_exchange_strong(first, now)) {
    if (!token.requested()) token.request(number);
  } else if (now - first >= kSameRequestNs) {
    signal(number, SIG_DFL);
    raise(number);
  }
}

std::vector<int>& routed() {
  static std::vector<int> signals;
  return signals;
}

void handle(int number) {
  struct sigaction ours {};
  ours.sa_handler = on_signal;
  ours.sa_flags = SA_RESTART | SA_NODEFER;
  sigemptyset(&ours.sa_mask);
  sigaction(number, &ours, nullptr);
}

void route(std::initializer_list<int> signals) {
  for (const int number : signals) {
    struct sigaction old {};
    sigaction(number, nullptr, &old);
    if (old.sa_handler == SIG_IGN) continue;  // nohup
    handle(number);
    routed().push_back(number);
  }
}

}  // namespace

StopToken& install_signals() {
  route({SIGINT, SIGTERM, SIGHUP});
  signal(SIGPIPE, SIG_IGN);
  return token;
}

void install_batch_signals() {
  route({SIGUSR1, SIGUSR2});
}

void take_signals_back() {
  for (const int number : routed()) handle(number);
}

void die_of(int number) {
  signal(number, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, number);
  sigprocmask(SIG_UNBLOCK, &only, nullptr);
  raise(number);
  _exit(128 + number);  // the first process of a container, whom no signal of its own ends
}

}  // namespace daybreak::frame
