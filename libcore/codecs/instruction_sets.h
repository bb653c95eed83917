#pragma once
// The instruction sets that inner loops are compiled for; the processor chooses when the program runs. Whatever it
// chooses, the bytes are the same.
#include <cstdint>
#include <span>

namespace daybreak::codecs {

enum class InstructionSet : std::uint8_t { plain, avx2, avx512, avx512vbmi };

/// The best that this processor has, within the limit.
InstructionSet instruction_set();
/// For tests, of all threads: nothing above it is used from now on.
void limit_instruction_set(InstructionSet most);

#ifdef __x86_64__
#define DAYBREAK_AVX2 __attribute__((target("avx2,bmi,bmi2")))
#define DAYBREAK_AVX512 __attribute__((target("avx2,bmi,bmi2,avx512f,avx512bw,avx512vl,avx512dq")))
/// On the lambda that holds a loop, so that it becomes a part of each function below.
#define DAYBREAK_LOOP __attribute__((always_inline))

template <class Loop>
DAYBREAK_AVX2 void run_with_avx2(Loop loop) {
  loop();
}
template <class Loop>
DAYBREAK_AVX512 void run_with_avx512(Loop loop) {
  loop();
}
#else
#define DAYBREAK_LOOP
#endif

/// Before a `for` whose iterations touch nothing that another one writes: g++ makes vectors of it without a test for
/// overlap. clang keeps the test: its pragma for this warns wherever no vectors come of it, as under a sanitizer.
#ifdef __clang__
#define DAYBREAK_INDEPENDENT
#else
#define DAYBREAK_INDEPENDENT _Pragma("GCC ivdep")
#endif

/// What a family of kernels consists of that are plain::kernel(), avx2::kernel() and avx512::kernel() where this stands.
#ifdef __x86_64__
#define DAYBREAK_KERNEL_FAMILY &plain::kernel(), &avx2::kernel(), &avx512::kernel()
#else
#define DAYBREAK_KERNEL_FAMILY &plain::kernel()
#endif

/// The first ones of `all`, which rise by what they need.
template <class Kernel>
std::span<const Kernel* const> usable_kernels(std::span<const Kernel* const> all) {
  while (!all.empty() && all.back()->needs > instruction_set()) all = all.first(all.size() - 1);
  return all;
}

/// Runs loop(), a DAYBREAK_LOOP that the compiler can make vectors of, with the best instruction set.
template <class Loop>
void run_vectorized(Loop loop) {
#ifdef __x86_64__
  const InstructionSet set = instruction_set();
  if (set >= InstructionSet::avx512) return run_with_avx512(loop);
  if (set >= InstructionSet::avx2) return run_with_avx2(loop);
#endif
  loop();
}

}  // namespace daybreak::codecs
