#include "libcore/training/shares.h"

#include <algorithm>
#include <numeric>
#include <queue>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/megabytes.h"
#include "libcore/base/parse.h"

namespace daybreak::training {
namespace {

/// Shares of the state that are no worse than the best but for noise.
constexpr double kUpdateNoise = 1.05;

double share_that_fits(const RankPace& rank, double state_bytes) {
  return state_bytes > 0 ? std::min(1.0, rank.state_room_bytes / state_bytes) : 1;
}

std::vector<std::int64_t> numbers_of(const std::string& list) {
  std::vector<std::int64_t> numbers;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    numbers.push_back(parse_count(list.substr(begin, end - begin)));
    begin = end + 1;
  }
  return numbers;
}

}  // namespace

double slowest_compute_s(std::span<const RankPace> ranks, std::span<const std::int64_t> micro_batches) {
  double slowest = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) slowest = std::max(slowest, ranks[i].compute_s(micro_batches[i]));
  return slowest;
}

double slowest_update_s(std::span<const RankPace> ranks, std::span<const double> state) {
  double slowest = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) slowest = std::max(slowest, state[i] * ranks[i].whole_update_s);
  return slowest;
}

std::vector<std::int64_t> best_shares(std::span<const RankPace> ranks, std::int64_t micro_batches) {
  std::vector<std::int64_t> shares(ranks.size(), 0);
  // When a rank would be done with one more; the earliest on top, of equals the first rank.
  using Offer = std::pair<double, std::size_t>;
  std::priority_queue<Offer, std::vector<Offer>, std::greater<>> offers;
  const auto offer = [&](std::size_t rank) {
    if (shares[rank] < ranks[rank].most_micro_batches) offers.emplace(ranks[rank].compute_s(shares[rank] + 1), rank);
  };
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) offer(rank);
  for (std::int64_t given = 0; given < micro_batches; ++given) {
    if (offers.empty())
      throw Error(ExitStatus::resources,
                  "the memory of all ranks holds " + std::to_string(given) + " of a step's " +
                      std::to_string(micro_batches) + " micro-batches",
                  "choose a smaller --micro-batch");
    const std::size_t soonest = offers.top().second;
    offers.pop();
    ++shares[soonest];
    offer(soonest);
  }
  return shares;
}

std::vector<double> best_state_shares(std::span<const RankPace> ranks, double state_bytes) {
  std::vector<double> shares(ranks.size(), 0), fits(ranks.size());
  std::vector<std::size_t> order(ranks.size());
  std::iota(order.begin(), order.end(), 0);
  for (const std::size_t rank : order) fits[rank] = share_that_fits(ranks[rank], state_bytes);
  // Whoever is full first comes first.
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return fits[a] * ranks[a].whole_update_s < fits[b] * ranks[b].whole_update_s;
  });
  double left = 1;
  for (std::size_t next = 0; next < order.size() && left > 0; ++next) {
    double speed = 0;  // of those that are not full yet
    for (std::size_t i = next; i < order.size(); ++i) speed += 1 / ranks[order[i]].whole_update_s;
    const std::size_t rank = order[next];
    shares[rank] = std::min(fits[rank], left / speed / ranks[rank].whole_update_s);
    left = next + 1 == order.size() ? left - shares[rank] : std::max(left - shares[rank], 0.0);
  }
  if (left > 1e-9)
    throw Error(ExitStatus::resources,
                "the optimizer's state takes " + in_megabytes(state_bytes) + ", of which " +
                    in_megabytes(left * state_bytes) + " have no room in the memory of the " + std::to_string(ranks.size()) + " ranks",
                "add ranks, or keep less by --moments bf16");
  const double equal = 1.0 / static_cast<double>(ranks.size());
  const std::vector<double> even(ranks.size(), equal);
  const bool even_fits = std::all_of(fits.begin(), fits.end(), [&](double most) { return equal <= most; });
  return even_fits && slowest_update_s(ranks, even) <= kUpdateNoise * slowest_update_s(ranks, shares) ? even : shares;
}

Division best_division(std::span<const RankPace> ranks, std::int64_t micro_batches, std::size_t state_bytes) {
  return {best_shares(ranks, micro_batches), best_state_shares(ranks, static_cast<double>(state_bytes))};
}

std::vector<std::int64_t> equal_shares(std::int64_t micro_batches, int ranks) {
  std::vector<std::int64_t> shares;
  for (std::int64_t rank = 0; rank < ranks; ++rank)
    shares.push_back(micro_batches / ranks + (rank < micro_batches % ranks ? 1 : 0));
  return shares;
}

double ideal_compute_s(std::span<const RankPace> ranks, std::int64_t micro_batches) {
  double rate = 0;
  for (const RankPace& rank : ranks) rate += 1 / rank.each_s;
  return static_cast<double>(micro_batches) / rate;
}

void ShareOptions::declare(OptionSink& sink) {
  sink.text("shares", &shares, "auto|equal|N,N,...", "Micro-batches of a step that each rank takes; auto: by its speed");
}

Division ShareOptions::division(std::int64_t micro_batches, int ranks) const {
  const std::vector<double> state(static_cast<std::size_t>(ranks), 1);
  if (automatic() || shares == "equal") return {equal_shares(micro_batches, ranks), state};
  const std::vector<std::int64_t> numbers = numbers_of(shares);
  if (numbers.size() != static_cast<std::size_t>(ranks))
    throw usage_error("--shares " + shares + ": expected one number for each of " + std::to_string(ranks) +
                      " ranks, found " + std::to_string(numbers.size()));
  const std::int64_t sum = std::accumulate(numbers.begin(), numbers.end(), std::int64_t{0});
  if (sum != micro_batches)
    throw usage_error("--shares " + shares + ": expected a sum of " + std::to_string(micro_batches) +
                          ", the micro-batches of a step, found " + std::to_string(sum),
                      "a step has --batch over --micro-batch of them");
  return {numbers, state};
}

}  // namespace daybreak::training
