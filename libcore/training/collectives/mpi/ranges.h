#pragma once
// How long ranges are, and what they take where each begins at a multiple of 64 bytes.
#include <cstdint>

#include "libcore/training/collectives/plugin.h"

namespace daybreak::training::mpi {

inline std::int64_t length(const daybreak_range& range) { return range.end - range.begin; }

/// Values of a row that another one may follow.
inline std::int64_t padded(std::int64_t values) { return (values + 15) / 16 * 16; }

}  // namespace daybreak::training::mpi
