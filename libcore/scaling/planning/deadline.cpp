#include "libcore/scaling/planning/deadline.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "libcore/base/error.h"
#include "libcore/base/percentile.h"
#include "libcore/records/members.h"

namespace daybreak::scaling {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// A run that fails more often is hopeless, and its simulation would not end.
constexpr double kMostFailures = 1e5;
constexpr std::int64_t kMostNodes = 1'000'000;

double kept(double efficiency, std::int64_t nodes) {
  return std::pow(efficiency, std::log2(static_cast<double>(nodes)));
}

Mix evaluate(const DeadlineRequest& request, const std::vector<std::int64_t>& counts) {
  Mix mix;
  mix.counts = counts;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    mix.nodes += counts[i];
    mix.tokens_per_s += request.kinds[i].tokens_per_s * static_cast<double>(counts[i]);
    mix.price_per_hour += request.kinds[i].price_per_hour * static_cast<double>(counts[i]);
  }
  mix.tokens_per_s *= kept(request.efficiency, mix.nodes);
  mix.expected_s = expected_time_s({request.tokens / mix.tokens_per_s, mix.nodes}, request.failures);
  return mix;
}

/// Calls `visit(counts)` for every mix of at least one node.
template <class Visit>
void for_each_mix(const std::vector<NodeKind>& kinds, const Visit& visit) {
  std::vector<std::int64_t> counts(kinds.size());
  for (;;) {
    std::size_t i = 0;
    while (i < kinds.size() && counts[i] == kinds[i].count) counts[i++] = 0;
    if (i == kinds.size()) return;
    ++counts[i];
    visit(counts);
  }
}

std::vector<double> simulate(const DeadlineRequest& request, const Mix& mix, const StopToken& stop) {
  if (request.failures.mtbf_s && !(mix.expected_s * static_cast<double>(mix.nodes) < kMostFailures * *request.failures.mtbf_s)) return {};
  return simulated_times_s({request.tokens / mix.tokens_per_s, mix.nodes}, request.failures, request.seed, request.samples, stop);
}

bool in_time(const DeadlineRequest& request, const std::vector<double>& times) {
  return !times.empty() && sorted_percentile(times, request.percent) <= request.deadline_s;
}

/// The fewest nodes of the fastest kind alone that end in time, were there enough of them: further nodes help until failures
/// and lost efficiency outweigh them, so numbers are tried in steps of a twentieth.
std::optional<std::int64_t> enough_of_fastest(DeadlineRequest request, const StopToken& stop) {
  const auto slower = [](const NodeKind& a, const NodeKind& b) { return a.tokens_per_s < b.tokens_per_s; };
  request.kinds = {*std::max_element(request.kinds.begin(), request.kinds.end(), slower)};
  const auto enough = [&](std::int64_t nodes) {
    const Mix mix = evaluate(request, {nodes});
    return mix.expected_s <= request.deadline_s && in_time(request, simulate(request, mix, stop));
  };
  std::int64_t low = 0, high = 1;
  while (!enough(high)) {
    low = high;
    high += std::max<std::int64_t>(high / 20, 1);
    if (high > kMostNodes) return std::nullopt;
  }
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

std::vector<NodeKind> read_kinds(const io::Json& document, const std::string& where) {
  const io::Json::Array& list = records::read_list(document, kKindsSchema, "kinds", where);
  std::vector<NodeKind> kinds;
  for (std::size_t i = 0; i < list.size(); ++i) {
    records::Members members(list[i], where + ": kinds[" + std::to_string(i) + "]");
    NodeKind kind;
    kind.name = members.required_text("name");
    kind.tokens_per_s = members.required_real("tokens_per_s", 0, true);
    kind.price_per_hour = members.required_real("price_per_hour", 0);
    kind.count = members.required_count("count");
    members.refuse_others();
    for (const NodeKind& other : kinds)
      if (other.name == kind.name) throw data_error(where, "two kinds are named '" + kind.name + "'", "give each its own name");
    kinds.push_back(std::move(kind));
  }
  return kinds;
}

double fit_efficiency(std::span<const Measurement> measured) {
  const auto fewer = [](const Measurement& a, const Measurement& b) { return a.nodes < b.nodes; };
  const Measurement base = *std::min_element(measured.begin(), measured.end(), fewer);
  double products = 0, squares = 0;
  for (const Measurement& one : measured) {
    const double doublings = std::log2(static_cast<double>(one.nodes) / static_cast<double>(base.nodes));
    const double ideal = base.tokens_per_s / static_cast<double>(base.nodes) * static_cast<double>(one.nodes);
    products += doublings * std::log(one.tokens_per_s / ideal);
    squares += doublings * doublings;
  }
  if (squares == 0)
    throw usage_error("--metrics: expected runs on at least two numbers of nodes to measure the efficiency",
                      "give --efficiency");
  return std::exp(products / squares);
}

DeadlineAnswer meet_deadline(const DeadlineRequest& request, const StopToken& stop) {
  double mixes = 1;
  for (const NodeKind& kind : request.kinds) mixes *= static_cast<double>(kind.count) + 1;
  if (mixes > kMostMixes) throw usage_error("there are more than two million mixes of nodes to try", "lower the counts of the kinds");
  DeadlineAnswer answer;
  answer.earliest.expected_s = kInfinity;
  std::vector<Mix> candidates;
  for_each_mix(request.kinds, [&](const std::vector<std::int64_t>& counts) {
    stop.check();
    Mix mix = evaluate(request, counts);
    if (answer.earliest.nodes == 0 || mix.expected_s < answer.earliest.expected_s) answer.earliest = mix;
    if (mix.expected_s <= request.deadline_s) candidates.push_back(std::move(mix));
  });
  std::stable_sort(candidates.begin(), candidates.end(), [](const Mix& a, const Mix& b) { return a.cost() < b.cost(); });
  for (const Mix& mix : candidates) {
    answer.times_s = simulate(request, mix, stop);
    if (!in_time(request, answer.times_s)) continue;
    answer.best = mix;
    return answer;
  }
  answer.times_s = simulate(request, answer.earliest, stop);
  answer.enough_nodes = enough_of_fastest(request, stop);
  return answer;
}

}  // namespace daybreak::scaling
