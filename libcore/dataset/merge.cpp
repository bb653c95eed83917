#include "libcore/dataset/merge.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <unordered_map>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/dataset/duplicates.h"
#include "libcore/dataset/merge_columns.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

/// What tells the files apart: their names, or their whole paths where two have one name.
std::vector<std::string> names_of(const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const std::string& path : paths) names.push_back(std::filesystem::path(path).filename().string());
  return std::set<std::string>(names.begin(), names.end()).size() == names.size() ? names : paths;
}

class Merger {
 public:
  Merger(const MergeOptions& options, const Surroundings& around)
      : options_(options), rule_(parse_label_rule(options.rule)), around_(around) {}

  Merged run(const std::vector<std::string>& paths, const TakeConflict& take) {
    const std::vector<std::string> names = names_of(paths);
    for (std::size_t i = 0; i < paths.size(); ++i) {
      owners_.push_back(std::make_shared<MergeOwner>(paths[i], names[i], options_, around_));
      merged_.owners.push_back({names[i], owners_[i]->table().count()});
      for (const OwnerId& id : owners_[i]->ids()) merged_.owners[i].left_out += id.left_out;
      check_alike(*owners_[0], *owners_[i]);
      number_owners(*owners_[i]);
    }
    find_contents();
    merged_.labeled = owners_[0]->labeled();
    if (merged_.labeled) compare_labels(take);
    if (merged_.agreement.conflicting == 0 || rule_ != LabelRule::refuse) choose();
    return std::move(merged_);
  }

 private:
  /// Gives those who brought this file's samples their bits; an owner of two files has one.
  void number_owners(const MergeOwner& owner) {
    std::vector<std::size_t>& numbers = numbers_.emplace_back();
    for (const OwnerId& id : owner.ids()) {
      const auto found = std::find(ids_.begin(), ids_.end(), id);
      numbers.push_back(static_cast<std::size_t>(found - ids_.begin()));
      if (found == ids_.end()) ids_.push_back(id);
    }
    if (ids_.size() > kMostOwners)
      throw usage_error("expected at most 64 owners, found more with " + owner.path(), "merge fewer files");
  }

  void find_contents() {
    std::uint64_t total = 0;
    for (const OwnerCounts& owner : merged_.owners) total += owner.samples;
    around_.progress.begin("compare", total, "samples");
    ContentIndex contents;
    std::vector<Occurrence> first, last;  // of each content
    std::unordered_map<std::string, std::uint32_t> labels;
    const auto known = [&](std::uint64_t number) {
      return owners_[first[number].owner]->content(first[number].sample);
    };
    for (std::uint32_t owner = 0; owner < owners_.size(); ++owner) {
      OwnerCounts& counts = merged_.owners[owner];
      for (std::uint64_t sample = 0; sample < counts.samples; ++sample) {
        around_.stop.check();
        const std::uint64_t number = contents.number(owners_[owner]->next_content(sample), known);
        const auto next_label = static_cast<std::uint32_t>(labels.size());
        const std::uint32_t label = labels.emplace(owners_[owner]->label_bytes(sample), next_label).first->second;
        const Occurrence one{number, sample, owner, label};
        const bool added = number == first.size();
        if (added) {
          first.push_back(one);
          last.push_back(one);
        }
        counts.added += added ? 1 : 0;
        counts.distinct += added || last[number].owner != owner ? 1 : 0;
        last[number] = one;
        occurrences_.push_back(one);
        around_.progress.advance(1);
      }
    }
    merged_.samples = first.size();
    std::stable_sort(occurrences_.begin(), occurrences_.end(),
                     [](const Occurrence& a, const Occurrence& b) { return a.content < b.content; });
  }

  void compare_labels(const TakeConflict& take) {
    merged_.agreement = measure_agreement(occurrences_);
    for_each_content(occurrences_, [&](std::span<const Occurrence> same) {
      if (disagree(same)) take(conflict_json(same));
    });
  }

  io::Json conflict_json(std::span<const Occurrence> same) {
    io::Json labels = io::Json::array();
    for (const Occurrence& one : same) {
      io::Json label;
      label["owner"] = merged_.owners[one.owner].name;
      label["sample"] = one.sample;
      label["label"] = owners_[one.owner]->label_json(one.sample);
      labels.push_back(std::move(label));
    }
    io::Json conflict;
    conflict["sample"] = same[0].content;
    conflict["labels"] = std::move(labels);
    return conflict;
  }

  void choose() {
    std::vector<Occurrence> chosen;
    std::vector<std::uint64_t> bits;
    for_each_content(occurrences_, [&](std::span<const Occurrence> same) {
      chosen.push_back(representative(same, rule_));
      std::uint64_t of_all = 0;
      for (const Occurrence& one : same) {
        const std::uint64_t own = owners_[one.owner]->bits(one.sample);
        const std::vector<std::size_t>& numbers = numbers_[one.owner];
        for (std::size_t k = 0; k < numbers.size(); ++k) of_all |= ((own >> k) & 1) << numbers[k];
      }
      bits.push_back(of_all);
    });
    merged_.input = merged_input(owners_, chosen);
    add_owners(*merged_.input, ids_, bits);
    if (merged_.labeled)
      merged_.input->file.attributes.push_back(io::text_attribute(kOwners, kLabelRule, options_.rule));
  }

  const MergeOptions& options_;
  LabelRule rule_;
  const Surroundings& around_;
  MergeOwners owners_;
  std::vector<OwnerId> ids_;                       // all who brought samples
  std::vector<std::vector<std::size_t>> numbers_;  // of each file's ids, among all
  std::vector<Occurrence> occurrences_;
  Merged merged_;
};

}  // namespace

Merged merge(const std::vector<std::string>& paths, const MergeOptions& options, const TakeConflict& take,
             const Surroundings& around) {
  return Merger(options, around).run(paths, take);
}

}  // namespace daybreak::dataset
