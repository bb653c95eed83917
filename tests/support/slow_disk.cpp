// Each fsync() of the program that loads this takes a second more.
#include <sys/syscall.h>
#include <unistd.h>

extern "C" __attribute__((visibility("default"))) int fsync(int descriptor) {
  sleep(1);
  return static_cast<int>(syscall(SYS_fsync, descriptor));
}
