#pragma once
// What is left open or running of a process's own, closed and ended whatever happens.
#include <sys/types.h>

#include <optional>

namespace daybreak::io {

/// A descriptor that closes with the object.
struct Descriptor {
  explicit Descriptor(int value) : number(value) {}
  ~Descriptor() { reset(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  void reset();
  int number;
};

/// A child process: killed and reaped with the object.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Waits for its end; the status of waitpid, 0 where somebody else reaped it.
  int wait();
  /// The same where it has ended already, else nothing.
  std::optional<int> ended();

 private:
  pid_t id_;
};

}  // namespace daybreak::io
