#include "libcore/io/hdf5_confine.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <vector>

namespace daybreak::io {
namespace {

// A sanitizer maps shadow memory as it goes; its builds prove the code, not the limit.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

void limit(__rlimit_resource resource, std::uint64_t soft, std::uint64_t hard) {
  const rlimit wanted{static_cast<rlim_t>(soft), static_cast<rlim_t>(hard)};
  setrlimit(resource, &wanted);
}

/// Address space in use, from /proc: the limit counts what the parent had mapped before the fork as well.
std::uint64_t mapped_bytes() {
  const int descriptor = open("/proc/self/statm", O_RDONLY);
  std::array<char, 64> text{};
  if (descriptor < 0) return 0;
  const ssize_t got = read(descriptor, text.data(), text.size() - 1);
  close(descriptor);
  unsigned long long pages = 0;
  if (got <= 0 || std::sscanf(text.data(), "%llu", &pages) != 1) return 0;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kArchitecture = 0;  // no filter for other machines: the limits stand alone
#endif

constexpr std::array kAllowed{
    SYS_pread64, SYS_munmap, SYS_mremap, SYS_brk, SYS_madvise, SYS_futex, SYS_exit, SYS_exit_group, SYS_rt_sigreturn,
    SYS_rt_sigprocmask, SYS_sigaltstack, SYS_clock_gettime, SYS_gettimeofday, SYS_getpid, SYS_gettid, SYS_sched_yield,
    SYS_getrandom};

sock_filter load(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

sock_filter give(std::uint32_t verdict) {
  return BPF_STMT(BPF_RET | BPF_K, verdict);
}

/// Skips `otherwise` instructions where the loaded word differs from `value`.
sock_filter unless(std::uint32_t value, std::uint8_t otherwise) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, otherwise);
}

constexpr std::size_t argument(std::size_t index) {
  return offsetof(seccomp_data, args) + index * sizeof(std::uint64_t);  // low word on little-endian machines
}

constexpr std::uint32_t kRefuse = SECCOMP_RET_ERRNO | (EPERM & SECCOMP_RET_DATA);

std::vector<sock_filter> program() {
  std::vector<sock_filter> code{
      load(offsetof(seccomp_data, arch)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0),
      give(SECCOMP_RET_KILL_PROCESS), load(offsetof(seccomp_data, nr))};
  for (const long call : kAllowed) {
    code.push_back(unless(static_cast<std::uint32_t>(call), 1));
    code.push_back(give(SECCOMP_RET_ALLOW));
  }
  code.insert(code.end(), {unless(SYS_write, 4), load(argument(0)), unless(kConfinedOutput, 1), give(SECCOMP_RET_ALLOW),
                           give(kRefuse)});
  // Memory may be mapped and protected, but never made executable.
  for (const long call : {SYS_mmap, SYS_mprotect})
    code.insert(code.end(), {unless(static_cast<std::uint32_t>(call), 4), load(argument(2)),
                             BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0), give(SECCOMP_RET_ALLOW),
                             give(kRefuse)});
  code.push_back(give(kRefuse));
  return code;
}

void filter_system_calls() {
  if (kArchitecture == 0) return;
  std::vector<sock_filter> code = program();
  const sock_fprog filter{static_cast<unsigned short>(code.size()), code.data()};
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

}  // namespace

void confine_descriptors(int input, int output) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int number : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGXCPU, SIGALRM, SIGTERM, SIGPIPE})
    std::signal(number, SIG_DFL);
  std::signal(SIGINT, SIG_IGN);  // the parent answers the keyboard
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  constexpr int kAbove = 16;
  const int source = fcntl(input, F_DUPFD, kAbove), sink = fcntl(output, F_DUPFD, kAbove);
  const int nothing = fcntl(open("/dev/null", O_RDWR), F_DUPFD, kAbove);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (dup2(nothing, stream) < 0) close(stream);
  }
  if (dup2(source, kConfinedInput) < 0 || dup2(sink, kConfinedOutput) < 0) _exit(1);
  if (syscall(SYS_close_range, kConfinedOutput + 1, ~0U, 0) == 0) return;
  const long most = sysconf(_SC_OPEN_MAX);
  for (int descriptor = kConfinedOutput + 1; descriptor < most; ++descriptor) close(descriptor);
}

void confine_rights(const ConfineLimits& limits) {
  if constexpr (!kSanitized) {
    const std::uint64_t mapped = mapped_bytes() + limits.memory_bytes;
    limit(RLIMIT_AS, mapped, mapped);
  }
  limit(RLIMIT_CPU, limits.cpu_s, limits.cpu_s + 1);
  limit(RLIMIT_CORE, 0, 0);
  limit(RLIMIT_FSIZE, 0, 0);
  limit(RLIMIT_NPROC, 0, 0);
  limit(RLIMIT_NOFILE, kConfinedOutput + 1, kConfinedOutput + 1);
  prctl(PR_SET_DUMPABLE, 0);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) filter_system_calls();
}

}  // namespace daybreak::io
