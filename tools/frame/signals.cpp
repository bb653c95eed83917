#include "tools/frame/signals.h"

#include <signal.h>
#include <unistd.h>

namespace daybreak::frame {
namespace {

StopToken token;

void on_signal(int number) {
  if (token.requested()) {
    signal(number, SIG_DFL);
    raise(number);
  }
  token.request(number);
}

}  // namespace

StopToken& install_signals() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction old {};
    sigaction(number, nullptr, &old);
    if (old.sa_handler == SIG_IGN) continue;  // nohup
    struct sigaction ours {};
    ours.sa_handler = on_signal;
    ours.sa_flags = SA_RESTART | SA_NODEFER;
    sigemptyset(&ours.sa_mask);
    sigaction(number, &ours, nullptr);
  }
  signal(SIGPIPE, SIG_IGN);
  return token;
}

void die_of(int number) {
  signal(number, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, number);
  sigprocmask(SIG_UNBLOCK, &only, nullptr);
  raise(number);
  _exit(128 + number);  // not reached: the default action of these signals ends the process
}

}  // namespace daybreak::frame
