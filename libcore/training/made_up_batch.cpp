#include "libcore/training/made_up_batch.h"

#include <algorithm>

namespace daybreak::training {

Batch made_up_batch(std::int64_t step, std::int64_t sequences, std::int64_t context, std::int64_t vocabulary) {
  const auto count = static_cast<std::size_t>(sequences * context);
  Batch batch{step, std::vector<std::uint32_t>(count), std::vector<std::uint32_t>(count)};
  std::uint64_t state = static_cast<std::uint64_t>(step);
  for (std::size_t i = 0; i < count; ++i) {
    state = state * 6364136223846793005 + 1442695040888963407;
    batch.tokens[i] = static_cast<std::uint32_t>((state >> 33) % static_cast<std::uint64_t>(vocabulary));
  }
  std::copy(batch.tokens.begin() + 1, batch.tokens.end(), batch.targets.begin());
  return batch;
}

}  // namespace daybreak::training
