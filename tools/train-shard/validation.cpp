#include "tools/train-shard/validation.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace daybreak::train_shard {
namespace {

using namespace training;
using model::Loss;

/// [0, pieces) in consecutive parts, one a rank.
std::vector<Range> divided(std::int64_t pieces, std::span<const std::int64_t> shares) {
  const std::int64_t total = std::accumulate(shares.begin(), shares.end(), std::int64_t{0});
  std::vector<Range> parts;
  std::int64_t before = 0;
  for (const std::int64_t share : shares) {
    parts.push_back({pieces * before / total, pieces * (before + share) / total});
    before += share;
  }
  return parts;
}

/// The losses of all parts, in order.
std::vector<Loss> gathered(const std::vector<Loss>& mine, const std::vector<Range>& parts, Collectives& ranks) {
  std::int64_t longest = 0;
  for (const Range& part : parts) longest = std::max(longest, part.count());
  std::vector<Loss> padded = mine, all(static_cast<std::size_t>(longest) * parts.size()), losses;
  padded.resize(static_cast<std::size_t>(longest));
  ranks.all_gather(std::as_bytes(std::span(padded)), std::as_writable_bytes(std::span(all)));
  for (std::size_t rank = 0; rank < parts.size(); ++rank) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(rank) * longest;
    losses.insert(losses.end(), first, first + parts[rank].count());
  }
  return losses;
}

}  // namespace

Loss validate_together(model::Transformer& model, const ValidationData& data, std::span<const std::int64_t> shares,
                       Ranks& ranks, const StopToken& stop) {
  const std::vector<Range> parts = divided(evaluation_pieces(model, data.range), shares);
  std::vector<Loss> mine;
  std::int32_t stopped = 0;
  ranks.together([&] {
    try {
      mine = evaluate_pieces(model, data.source, data.range, parts[static_cast<std::size_t>(ranks.rank())], stop);
    } catch (const Interrupted& request) {
      stopped = request.signal;
    }
  });
  for (const std::int32_t signal : all_gathered(ranks.collectives(), stopped))
    if (signal != 0) throw Interrupted{signal};
  return added_up(gathered(mine, parts, ranks.collectives()));
}

}  // namespace daybreak::train_shard
