#pragma once
// Takes from the calling process what a parser of untrusted bytes does not need. For a child right after fork.
#include <cstdint>

namespace daybreak::io {

struct ConfineLimits {
  std::uint64_t memory_bytes = std::uint64_t{512} << 20;  // beyond what is mapped already
  std::uint64_t cpu_s = 60;
};

/// Where the two descriptors that stay open are afterwards.
inline constexpr int kConfinedInput = 3, kConfinedOutput = 4;

/// First half, before libraries that must still open files are set up: silences the standard streams, keeps only `input`
/// and `output` (renumbered), gives back default signal handling, dies with the parent.
void confine_descriptors(int input, int output);

/// Second half: limits on memory, processor time, files and processes, no new privileges, and a system call filter that
/// leaves memory management, pread, write to the output and exit. Where the kernel has no such filter, the limits stand
/// alone. Nothing undoes it.
void confine_rights(const ConfineLimits& limits);

}  // namespace daybreak::io
