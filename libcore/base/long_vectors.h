#pragma once
// Loops that the compiler makes twice, once with vectors of four doubles. The same operations one by one, so the same results.
namespace daybreak {

// For a function of such a loop: with it, only where has_long_vectors().
#ifdef __x86_64__
#define DAYBREAK_LONG_VECTORS __attribute__((target("avx2")))
#else
#define DAYBREAK_LONG_VECTORS
#endif

inline bool has_long_vectors() {
#ifdef __x86_64__
  return __builtin_cpu_supports("avx2");
#else
  return false;
#endif
}

}  // namespace daybreak
