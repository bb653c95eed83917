#pragma once
// What ends the program: a kernel or a call that a device would not forgive, said with the kernel, the block and the thread.
#include <csignal>
#include <string>

namespace cuda_on_host {

/// Prints "cuda_on_host: " and the sentence, where a kernel runs also which one, its block and its thread; then aborts.
[[noreturn]] __attribute__((format(printf, 1, 2))) void stop(const char* format, ...);

/// The name of a function of this program or a library, from the file's symbols; its address where there are none.
std::string name_of(const void* function);

/// While it lives, an access that the processor refuses ends the program with stop() and says what lies at the address.
class FaultReports {
 public:
  FaultReports();
  ~FaultReports();
  FaultReports(const FaultReports&) = delete;
  FaultReports& operator=(const FaultReports&) = delete;

 private:
  struct sigaction old_[3];
  stack_t old_stack_;
};

}  // namespace cuda_on_host
