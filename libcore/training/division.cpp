#include "libcore/training/division.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "libcore/base/error.h"

namespace daybreak::training {
namespace {

template <typename Share>
void check_shares(const std::vector<Share>& shares, int ranks, const std::string& what) {
  if (shares.size() != static_cast<std::size_t>(ranks))
    throw usage_error("expected " + std::to_string(ranks) + " shares of " + what + ", one for each rank, found " +
                      std::to_string(shares.size()));
  // Said so that what is no number fails too.
  if (!std::all_of(shares.begin(), shares.end(), [](Share one) { return one >= 0; }))
    throw usage_error("no share of " + what + " may be negative");
  if (std::none_of(shares.begin(), shares.end(), [](Share one) { return one > 0; }))
    throw usage_error("no rank has a share of " + what);
}

}  // namespace

std::int64_t Division::total() const {
  return std::accumulate(micro_batches.begin(), micro_batches.end(), std::int64_t{0});
}

Range Division::micro_batches_of(int rank) const {
  const auto mine = micro_batches.begin() + rank;
  const std::int64_t begin = std::accumulate(micro_batches.begin(), mine, std::int64_t{0});
  return {begin, begin + *mine};
}

void Division::check(int ranks) const {
  check_shares(micro_batches, ranks, "the micro-batches");
  check_shares(state, ranks, "the optimizer's state");
}

}  // namespace daybreak::training
