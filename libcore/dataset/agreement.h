#pragma once
// Labels that several owners gave to the same samples: how far they agree, and which one holds.
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace daybreak::dataset {

/// A sample as one owner has it.
struct Occurrence {
  std::uint64_t content = 0;  // equal for equal samples without their labels
  std::uint64_t sample = 0;   // place among the owner's
  std::uint32_t owner = 0;
  std::uint32_t label = 0;  // equal for equal labels
};

/// refuse: disagreement is no answer. first: the label of the first owner. majority: that of most owners, each with the
/// first label that it gave; of several equal ones that of the first owner among them.
enum class LabelRule { refuse, first, majority };
/// Error (usage) for an unknown name.
LabelRule parse_label_rule(const std::string& name);

/// The occurrence that stands for one content: the first that has the label that the rule chooses. `same` is not empty,
/// ordered by owner and sample, all of one content. Cost: linear, times the owners.
const Occurrence& representative(std::span<const Occurrence> same, LabelRule rule);

/// How often two owners gave a pair of labels to the samples that both have.
using Confusion = std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t>;
/// (p_o - p_e) / (1 - p_e): agreement beyond chance (Cohen, 1960). Nothing where no sample is shared or chance explains
/// all, that is, both gave one and the same label throughout.
std::optional<double> cohen_kappa(const Confusion& confusion);

/// Two owners beside each other.
struct PairAgreement {
  std::uint32_t first = 0, second = 0;
  std::uint64_t shared = 0, agreed = 0;
  std::optional<double> kappa;
};

struct Agreement {
  std::uint64_t shared = 0;          // contents that two owners or more have
  std::uint64_t agreed = 0;          // of these, where all of them gave the same label
  std::uint64_t conflicting = 0;     // contents with more than one label, also by one owner
  std::vector<PairAgreement> pairs;  // of those that share samples
};

/// Occurrences in order of content, owner and sample.
Agreement measure_agreement(std::span<const Occurrence> occurrences);

/// Calls take(group) for each run of occurrences of one content.
template <class Take>
void for_each_content(std::span<const Occurrence> occurrences, Take take) {
  for (std::size_t begin = 0, end = 0; begin < occurrences.size(); begin = end) {
    while (end < occurrences.size() && occurrences[end].content == occurrences[begin].content) ++end;
    take(occurrences.subspan(begin, end - begin));
  }
}

/// True where not all labels of a content are the same.
bool disagree(std::span<const Occurrence> same);

}  // namespace daybreak::dataset
