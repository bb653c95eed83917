#include "libcore/training/evaluation.h"

#include <algorithm>
#include <vector>

#include "libcore/base/error.h"

namespace daybreak::training {

model::Loss evaluate(model::Transformer& model, const TokenSource& source, TokenRange range, const StopToken& stop) {
  if (range.count < 2) throw data_error(source.name(), "fewer than two tokens to evaluate on");
  const auto context = static_cast<std::uint64_t>(model.context()), batch = static_cast<std::uint64_t>(model.batch());
  const std::uint64_t targets_in_all = range.count - 1;
  std::vector<std::uint32_t> window, tokens, targets;
  model::Loss total;
  for (std::uint64_t first = 0; first < targets_in_all; first += batch * context) {
    stop.check();
    const std::uint64_t count = std::min(batch * context, targets_in_all - first);
    window.resize(count + 1);
    source.read(range.first + first, window);
    // Whole sequences: what is missing at the end is filled with a token whose target does not count.
    const std::uint64_t padded = (count + context - 1) / context * context;
    tokens.assign(padded, window[0]);
    targets.assign(padded, model::kIgnoredTarget);
    std::copy_n(window.begin(), count, tokens.begin());
    std::copy_n(window.begin() + 1, count, targets.begin());
    const model::Loss loss = model.forward(tokens, targets);
    total.sum += loss.sum;
    total.tokens += loss.tokens;
  }
  return total;
}

}  // namespace daybreak::training
