#pragma once
// Which instruction sets the processor has, of those that the inner loops are compiled for.

namespace daybreak::codecs {

inline bool has_avx2() {
#ifdef DAYBREAK_CODECS_X86
  return __builtin_cpu_supports("avx2");
#else
  return false;
#endif
}

inline bool has_avx512() {
#ifdef DAYBREAK_CODECS_X86
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

inline bool has_avx512vbmi() {
#ifdef DAYBREAK_CODECS_X86
  return has_avx512() && __builtin_cpu_supports("avx512vbmi");
#else
  return false;
#endif
}

}  // namespace daybreak::codecs
