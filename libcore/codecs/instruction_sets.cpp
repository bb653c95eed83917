#include "libcore/codecs/instruction_sets.h"

#include <algorithm>
#include <atomic>

namespace daybreak::codecs {
namespace {

InstructionSet find() {
#ifdef __x86_64__
  const auto has = [](auto... known) { return (known && ...); };
  if (!has(__builtin_cpu_supports("avx2"), __builtin_cpu_supports("bmi"), __builtin_cpu_supports("bmi2")))
    return InstructionSet::plain;
  if (!has(__builtin_cpu_supports("avx512f"), __builtin_cpu_supports("avx512bw"), __builtin_cpu_supports("avx512vl"),
           __builtin_cpu_supports("avx512dq")))
    return InstructionSet::avx2;
  return __builtin_cpu_supports("avx512vbmi") ? InstructionSet::avx512vbmi : InstructionSet::avx512;
#else
  return InstructionSet::plain;
#endif
}

std::atomic<InstructionSet> limit{InstructionSet::avx512vbmi};

}  // namespace

InstructionSet instruction_set() {
  static const InstructionSet found = find();
  return std::min(found, limit.load(std::memory_order_relaxed));
}

void limit_instruction_set(InstructionSet most) {
  limit = most;
}

}  // namespace daybreak::codecs
