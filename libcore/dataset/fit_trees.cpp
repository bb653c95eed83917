#include "libcore/dataset/fit_trees.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "libcore/codecs/feature_counts.h"

namespace daybreak::dataset {
namespace {

using codecs::BoostedTrees;
using codecs::Feature;
using codecs::kFeatures;
using codecs::TreeNode;

/// Features in bits a value, which sizes may be in proportion to.
constexpr Feature kBases[] = {Feature::element_bits,  Feature::density,        Feature::delta,
                              Feature::delta2,        Feature::delta3,         Feature::before,
                              Feature::median,        Feature::lorenzo,        Feature::delta_context,
                              Feature::median_context, Feature::folded,
                              Feature::folded_context, Feature::grid_density,  Feature::grid_delta,
                              Feature::grid_median,   Feature::grid_delta_context, Feature::grid_median_context,
                              Feature::frequency,     Feature::column_density};

constexpr double kLeafUnits = 0.5;  // of a leaf in one of a goal

double base_of(std::uint8_t base, const codecs::Features& features) {
  BoostedTrees alone;
  alone.base = base;
  return codecs::foretell(alone, features);
}

struct Sum {
  double weight = 0, value = 0;
  void add(double w, double v) { weight += w, value += w * v; }
  double mean() const { return weight > 0 ? value / weight : 0; }
  /// How much less the squares are about this mean than about 0.
  double gain() const { return weight > 0 ? value * value / weight : 0; }
};

/// What is left of each goal, and the trees that took the rest.
class Fit {
 public:
  Fit(const CutFeatures& features, std::span<const Goal> goals, const TreesOptions& options)
      : features_(features), goals_(goals), options_(options) {
    for (const Goal& goal : goals_) {
      left_.push_back(goal.value);
      all_ += goal.weight;
    }
  }

  BoostedTrees run() {
    if (goals_.empty()) return {};
    BoostedTrees result;
    if (options_.with_base) result.base = best_base();
    for (std::size_t i = 0; i < goals_.size(); ++i) left_[i] -= base_of(result.base, features_.row(goals_[i].row));
    Sum all;
    for (std::size_t i = 0; i < goals_.size(); ++i) all.add(goals_[i].weight, left_[i]);
    result.offset = static_cast<std::int16_t>(std::lround(std::clamp(all.mean(), -32000.0, 32000.0)));
    for (double& left : left_) left -= result.offset;
    std::vector<std::uint32_t> members(goals_.size());
    std::iota(members.begin(), members.end(), 0u);
    while (result.trees.size() < options_.trees) {
      codecs::Tree tree;
      grow(members, options_.depth, tree);
      if (tree.size() == 1) break;
      result.trees.push_back(std::move(tree));
    }
    return result;
  }

 private:
  std::uint8_t best_base() const {
    std::uint8_t best = BoostedTrees::kNoBase;
    double least = std::numeric_limits<double>::infinity();
    for (const Feature base : kBases) {
      Sum all;
      double squares = 0;
      for (const Goal& goal : goals_) {
        const double left = goal.value - base_of(static_cast<std::uint8_t>(base), features_.row(goal.row));
        all.add(goal.weight, left);
        squares += goal.weight * left * left;
      }
      if (squares - all.gain() < least) least = squares - all.gain(), best = static_cast<std::uint8_t>(base);
    }
    return best;
  }

  struct Cut {
    double gain = 0;
    std::size_t feature = 0, step = 0;
  };

  Cut best_cut(std::span<const std::uint32_t> members) const {
    Sum all;
    for (const std::uint32_t m : members) all.add(goals_[m].weight, left_[m]);
    const double smallest = options_.smallest_leaf * all_;
    Cut best{1e-6 * all_, 0, 0};
    for (std::size_t feature = 0; feature < kFeatures; ++feature) {
      const std::size_t steps = features_.step_count(feature);
      if (steps < 2) continue;
      std::array<Sum, CutFeatures::kMostSteps> sums{};
      for (const std::uint32_t m : members)
        sums[features_.step(goals_[m].row, feature)].add(goals_[m].weight, left_[m]);
      Sum below;
      for (std::size_t step = 0; step + 1 < steps; ++step) {
        below.weight += sums[step].weight, below.value += sums[step].value;
        const Sum above{all.weight - below.weight, all.value - below.value};
        if (below.weight < smallest || above.weight < smallest) continue;
        const double gain = below.gain() + above.gain() - all.gain();
        if (gain > best.gain) best = {gain, feature, step};
      }
    }
    return best;
  }

  /// Appends the subtree for these goals, and takes its share of what is left of them.
  void grow(std::span<std::uint32_t> members, std::size_t depth, codecs::Tree& tree) {
    const Cut cut = depth == 0 ? Cut{} : best_cut(members);
    if (cut.gain <= 1e-6 * all_) {
      Sum all;
      for (const std::uint32_t m : members) all.add(goals_[m].weight, left_[m]);
      const double units = std::clamp(all.mean() * options_.rate * kLeafUnits, -128.0, 127.0);
      const auto value = static_cast<std::int16_t>(std::lround(units));
      for (const std::uint32_t m : members) left_[m] -= value / kLeafUnits;
      tree.push_back({TreeNode::kLeaf, 0, value});
      return;
    }
    const std::size_t node = tree.size();
    tree.push_back({static_cast<std::uint8_t>(cut.feature), 0, features_.cut(cut.feature, cut.step)});
    const auto middle = std::stable_partition(members.begin(), members.end(), [&](std::uint32_t m) {
      return features_.step(goals_[m].row, cut.feature) <= cut.step;
    });
    const auto below = static_cast<std::size_t>(middle - members.begin());
    grow(members.first(below), depth - 1, tree);
    tree[node].above = static_cast<std::uint8_t>(tree.size());
    grow(members.subspan(below), depth - 1, tree);
  }

  const CutFeatures& features_;
  std::span<const Goal> goals_;
  const TreesOptions& options_;
  std::vector<double> left_;
  double all_ = 0;
};

}  // namespace

CutFeatures::CutFeatures(std::vector<codecs::Features> rows) : rows_(std::move(rows)), cuts_(kFeatures) {
  steps_.resize(rows_.size() * kFeatures);
  for (std::size_t feature = 0; feature < kFeatures; ++feature) {
    std::vector<std::int16_t> values;
    for (const codecs::Features& row : rows_) values.push_back(row.values[feature]);
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    const std::size_t cuts = std::min(values.size(), kMostSteps) - (values.empty() ? 0 : 1);
    for (std::size_t k = 0; k < cuts; ++k) {
      // Halfway to the next one, so that values not seen yet fall to the nearer side.
      const std::size_t at = (k + 1) * values.size() / (cuts + 1) - 1;
      cuts_[feature].push_back(static_cast<std::int16_t>((values[at] + values[at + 1]) >> 1));
    }
    for (std::size_t row = 0; row < rows_.size(); ++row)
      steps_[row * kFeatures + feature] = static_cast<std::uint8_t>(
          std::lower_bound(cuts_[feature].begin(), cuts_[feature].end(), rows_[row].values[feature]) -
          cuts_[feature].begin());
  }
}

codecs::BoostedTrees fit_trees(const CutFeatures& features, std::span<const Goal> goals, const TreesOptions& options) {
  return Fit(features, goals, options).run();
}

}  // namespace daybreak::dataset
