#include "libcore/training/collectives/self/self.h"

#include <algorithm>

namespace daybreak::training {

void Self::all_gather(std::span<const std::byte> mine, std::span<std::byte> all) {
  std::copy(mine.begin(), mine.end(), all.begin());
}

void Self::exchange(std::span<const float* const> rows, std::span<const std::int64_t>, std::span<const Range> parts,
                    const Take& take) {
  if (parts.front().count() > 0) take(rows);
}

}  // namespace daybreak::training
