#include "libcore/training/evaluation.h"

#include <algorithm>

#include "libcore/base/error.h"

namespace daybreak::training {
namespace {

std::uint64_t piece_targets(const model::Transformer& model) {
  return static_cast<std::uint64_t>(model.context()) * static_cast<std::uint64_t>(model.batch());
}

}  // namespace

std::int64_t evaluation_pieces(const model::Transformer& model, TokenRange range) {
  return static_cast<std::int64_t>((range.count - 1 + piece_targets(model) - 1) / piece_targets(model));
}

std::vector<model::Loss> evaluate_pieces(model::Transformer& model, const TokenSource& source, TokenRange range, Range pieces,
                                         const StopToken& stop) {
  const auto context = static_cast<std::uint64_t>(model.context());
  std::vector<std::uint32_t> window, tokens, targets;
  std::vector<model::Loss> losses;
  for (std::int64_t piece = pieces.begin; piece < pieces.end; ++piece) {
    stop.check();
    const std::uint64_t first = static_cast<std::uint64_t>(piece) * piece_targets(model);
    const std::uint64_t count = std::min(piece_targets(model), range.count - 1 - first);
    window.resize(count + 1);
    source.read(range.first + first, window);
    // Whole sequences: what is missing at the end is filled with a token whose target does not count.
    const std::uint64_t padded = (count + context - 1) / context * context;
    tokens.assign(padded, window[0]);
    targets.assign(padded, model::kIgnoredTarget);
    std::copy_n(window.begin(), count, tokens.begin());
    std::copy_n(window.begin() + 1, count, targets.begin());
    losses.push_back(model.forward(tokens, targets));
  }
  return losses;
}

model::Loss added_up(std::span<const model::Loss> pieces) {
  model::Loss total;
  for (const model::Loss& piece : pieces) {
    total.sum += piece.sum;
    total.tokens += piece.tokens;
  }
  return total;
}

model::Loss evaluate(model::Transformer& model, const TokenSource& source, TokenRange range, const StopToken& stop) {
  if (range.count < 2) throw data_error(source.name(), "fewer than two tokens to evaluate on");
  return added_up(evaluate_pieces(model, source, range, {0, evaluation_pieces(model, range)}, stop));
}

}  // namespace daybreak::training
