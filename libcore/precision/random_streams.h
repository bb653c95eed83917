#pragma once
// Which Philox stream each use of randomness draws from, so that no two uses share numbers under one seed.
#include <cstdint>

namespace daybreak::precision {

inline constexpr std::uint64_t kWindowStream = 0;
inline constexpr std::uint64_t kLabelStreams = 1;  // plus the number of the sequence

}  // namespace daybreak::precision
