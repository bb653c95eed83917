#include "tests/kernels/cuda_on_host/faults.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <elf.h>

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/kernels/cuda_on_host/block.h"
#include "tests/kernels/cuda_on_host/memory.h"

namespace cuda_on_host {
namespace {

constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGILL};
alignas(16) char signal_stack[128 << 10];

/// The function symbol at an offset of an ELF file; empty where there is none.
std::string symbol_at(const char* file, std::uint64_t offset) {
  std::ifstream stream(file, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
  if (bytes.size() < sizeof(Elf64_Ehdr)) return {};
  const auto* const header = reinterpret_cast<const Elf64_Ehdr*>(bytes.data());
  const auto* const sections = reinterpret_cast<const Elf64_Shdr*>(bytes.data() + header->e_shoff);
  for (int s = 0; s < header->e_shnum; ++s) {
    if (sections[s].sh_type != SHT_SYMTAB) continue;
    const auto* const symbols = reinterpret_cast<const Elf64_Sym*>(bytes.data() + sections[s].sh_offset);
    const char* const names = bytes.data() + sections[sections[s].sh_link].sh_offset;
    for (std::size_t i = 0; i < sections[s].sh_size / sizeof(Elf64_Sym); ++i)
      if (ELF64_ST_TYPE(symbols[i].st_info) == STT_FUNC && symbols[i].st_value == offset) return names + symbols[i].st_name;
  }
  return {};
}

void on_fault(int signal, siginfo_t* info, void*) {
  std::signal(SIGABRT, SIG_DFL);
  // The compiler's checks of alignment, bounds and integers end in an instruction that does not exist.
  if (signal == SIGILL) stop("a misaligned access, an index outside an array, or an integer that overflows");
  stop("%s", describe(info->si_addr).c_str());
}

}  // namespace

std::string name_of(const void* function) {
  char text[32];
  std::snprintf(text, sizeof text, "%p", function);
  Dl_info found;
  if (dladdr(function, &found) == 0 || !found.dli_fname) return text;
  const auto offset = static_cast<std::uint64_t>(static_cast<const char*>(function) - static_cast<const char*>(found.dli_fbase));
  const std::string symbol = symbol_at(found.dli_fname, offset);
  if (symbol.empty()) return text;
  char* const plain = abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, nullptr);
  const std::string name = plain ? plain : symbol;
  std::free(plain);
  return name;
}

void stop(const char* format, ...) {
  std::fputs("cuda_on_host: ", stderr);
  va_list values;
  va_start(values, format);
  std::vfprintf(stderr, format, values);
  va_end(values);
  std::fprintf(stderr, "%s\n", where_it_runs().c_str());
  std::abort();
}

FaultReports::FaultReports() {
  const stack_t stack{signal_stack, 0, sizeof signal_stack};
  sigaltstack(&stack, &old_stack_);
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (std::size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &action, &old_[i]);
}

FaultReports::~FaultReports() {
  for (std::size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &old_[i], nullptr);
  sigaltstack(&old_stack_, nullptr);
}

}  // namespace cuda_on_host
