#include "libcore/dataset/agreement.h"

#include <algorithm>

#include "libcore/base/error.h"

namespace daybreak::dataset {
namespace {

/// The first occurrence of each owner: its vote.
std::vector<Occurrence> votes_of(std::span<const Occurrence> same) {
  std::vector<Occurrence> votes;
  for (const Occurrence& one : same)
    if (votes.empty() || votes.back().owner != one.owner) votes.push_back(one);
  return votes;
}

}  // namespace

LabelRule parse_label_rule(const std::string& name) {
  if (name == "refuse") return LabelRule::refuse;
  if (name == "first") return LabelRule::first;
  if (name == "majority") return LabelRule::majority;
  throw usage_error("--labels: expected refuse, first or majority, found '" + name + "'");
}

bool disagree(std::span<const Occurrence> same) {
  return std::any_of(same.begin(), same.end(), [&](const Occurrence& one) { return one.label != same[0].label; });
}

const Occurrence& representative(std::span<const Occurrence> same, LabelRule rule) {
  if (rule != LabelRule::majority || !disagree(same)) return same[0];
  const std::vector<Occurrence> votes = votes_of(same);
  const auto count = [&](std::uint32_t label) {
    return std::count_if(votes.begin(), votes.end(), [&](const Occurrence& vote) { return vote.label == label; });
  };
  // max_element keeps the first of several equal ones.
  const auto winner = std::max_element(votes.begin(), votes.end(), [&](const Occurrence& a, const Occurrence& b) {
    return count(a.label) < count(b.label);
  });
  return *std::find_if(same.begin(), same.end(), [&](const Occurrence& one) { return one.label == winner->label; });
}

std::optional<double> cohen_kappa(const Confusion& confusion) {
  std::map<std::uint32_t, double> rows, columns;
  double total = 0, diagonal = 0;
  for (const auto& [labels, times] : confusion) {
    const auto count = static_cast<double>(times);
    rows[labels.first] += count;
    columns[labels.second] += count;
    total += count;
    if (labels.first == labels.second) diagonal += count;
  }
  double chance = 0;
  for (const auto& [label, count] : rows)
    if (const auto other = columns.find(label); other != columns.end()) chance += count * other->second;
  if (total == 0 || chance == total * total) return std::nullopt;
  const double expected = chance / (total * total);
  return (diagonal / total - expected) / (1 - expected);
}

Agreement measure_agreement(std::span<const Occurrence> occurrences) {
  Agreement all;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Confusion> confusions;
  for_each_content(occurrences, [&](std::span<const Occurrence> same) {
    all.conflicting += disagree(same) ? 1 : 0;
    const std::vector<Occurrence> votes = votes_of(same);
    if (votes.size() < 2) return;
    ++all.shared;
    all.agreed += disagree(votes) ? 0 : 1;
    for (std::size_t i = 0; i < votes.size(); ++i)
      for (std::size_t j = i + 1; j < votes.size(); ++j)
        ++confusions[{votes[i].owner, votes[j].owner}][{votes[i].label, votes[j].label}];
  });
  for (const auto& [owners, confusion] : confusions) {
    PairAgreement pair{owners.first, owners.second, 0, 0, cohen_kappa(confusion)};
    for (const auto& [labels, times] : confusion) {
      pair.shared += times;
      if (labels.first == labels.second) pair.agreed += times;
    }
    all.pairs.push_back(pair);
  }
  return all;
}

}  // namespace daybreak::dataset
