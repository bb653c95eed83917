// How a ContextTree is found: the leaf whose best question saves the most bits is split, again and again.
#include <algorithm>
#include <bit>

#include "libcore/codecs/context_tree.h"
#include "libcore/codecs/cost.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kSteps = 32;  // a feature is looked at in so many steps
// Of many symbols some runs are looked at, about as many symbols as are enough; prime, lest all fall on the same
// columns.
constexpr std::size_t kEnough = 1u << 18, kRun = 67;

/// A feature in steps, and the byte at which each step but the first begins.
struct Feature {
  Bytes steps, bounds;
};

/// Every value is a step where they are few, else steps are about as frequent.
Feature in_steps(ByteSpan values) {
  std::array<std::size_t, 256> counts{};
  for (const std::uint8_t value : values) ++counts[value];
  const auto used = static_cast<std::size_t>(std::count_if(counts.begin(), counts.end(), [](auto n) { return n > 0; }));
  const std::size_t enough = used <= kSteps ? 1 : values.size() / kSteps + 1;
  Feature feature;
  Labels step_of{};
  std::size_t within = 0;
  for (std::size_t value = 0; value < 256; ++value) {
    if (within >= enough && counts[value] > 0) feature.bounds.push_back(static_cast<std::uint8_t>(value)), within = 0;
    within += counts[value];
    step_of[value] = static_cast<std::uint8_t>(feature.bounds.size());
  }
  for (const std::uint8_t value : values) feature.steps.push_back(step_of[value]);
  return feature;
}

/// c log c.
std::uint64_t weight(std::uint64_t count) {
  return count == 0 ? 0 : count * log2_cost(count);
}

/// Symbols that are counted, and what they cost.
class Counts {
 public:
  explicit Counts(std::size_t symbols) : counts_(symbols) {}
  void add(std::size_t symbol, std::uint32_t count) { change(symbol, counts_[symbol] + count, total_ + count); }
  void remove(std::size_t symbol, std::uint32_t count) { change(symbol, counts_[symbol] - count, total_ - count); }
  std::uint64_t total() const { return total_; }
  /// With what a context takes of tables, about, where one in `sparsely` symbols is counted.
  std::uint64_t cost(std::uint64_t sparsely) const {
    constexpr std::uint64_t kContextBits = 24, kSymbolBits = 4;
    return weight(total_) - weights_ + (kContextBits + kSymbolBits * used_) * kOneBit / sparsely;
  }

 private:
  void change(std::size_t symbol, std::uint32_t count, std::uint64_t total) {
    std::uint32_t& now = counts_[symbol];
    weights_ += weight(count) - weight(now);
    used_ += static_cast<std::uint64_t>(count > 0) - static_cast<std::uint64_t>(now > 0);
    now = count, total_ = total;
  }
  std::vector<std::uint32_t> counts_;
  std::uint64_t total_ = 0, weights_ = 0, used_ = 0;
};

struct Question {
  std::uint64_t gain = 0;  // 0: there is none
  std::size_t feature = 0, step = 0;
};

struct Node {
  std::vector<std::uint32_t> places;
  Question best;
  std::size_t lower = 0, upper = 0;  // 0: a leaf
};

class Grower {
 public:
  Grower(std::span<const Bytes> features, ByteSpan symbols) : symbols_(symbols), asked_(features.size()) {
    for (const Bytes& feature : features) features_.push_back(in_steps(feature));
    alphabet_ = symbols.empty() ? 1 : *std::max_element(symbols.begin(), symbols.end()) + std::size_t{1};
    sparsely_ = (symbols.size() + kEnough - 1) / kEnough;
    add_node({});
    for (std::size_t i = 0; i < symbols.size(); ++i)
      if (i / kRun % sparsely_ == 0) nodes_[0].places.push_back(static_cast<std::uint32_t>(i));
    nodes_[0].best = best_question(nodes_[0].places);
  }

  void grow() {
    for (std::size_t leaves = 1; leaves < kMostLeaves; ++leaves) {
      const auto best = std::max_element(nodes_.begin(), nodes_.end(),
                                         [](const Node& a, const Node& b) { return a.best.gain < b.best.gain; });
      if (best->best.gain == 0) return;
      split(static_cast<std::size_t>(best - nodes_.begin()));
    }
  }

  std::vector<Bytes> bounds() const {
    std::vector<Bytes> bounds(features_.size());
    for (std::size_t feature = 0; feature < features_.size(); ++feature)
      for (std::size_t step = 0; step < features_[feature].bounds.size(); ++step)
        if (asked_[feature] >> step & 1) bounds[feature].push_back(features_[feature].bounds[step]);
    return bounds;
  }

  /// Of the tree below the node.
  void list(std::size_t node, Bytes& nodes) const {
    const Node& here = nodes_[node];
    if (here.lower == 0) return nodes.push_back(0);
    const std::uint32_t before = asked_[here.best.feature] & ((std::uint32_t{1} << here.best.step) - 1);
    const auto bound = static_cast<std::size_t>(std::popcount(before));
    nodes.push_back(static_cast<std::uint8_t>(1 + 8 * here.best.feature + bound));
    list(here.lower, nodes);
    list(here.upper, nodes);
  }

 private:
  void add_node(std::vector<std::uint32_t> places) { nodes_.push_back({std::move(places), {}, 0, 0}); }

  bool full(std::size_t feature) const { return std::popcount(asked_[feature]) >= static_cast<int>(kMostBounds); }
  bool may_ask(std::size_t feature, std::size_t step) const {
    return !full(feature) || (asked_[feature] >> step & 1) != 0;
  }

  Question best_question(const std::vector<std::uint32_t>& places) const {
    Question best;
    constexpr std::size_t kFewest = 16;
    if (places.size() < kFewest) return best;
    for (std::size_t feature = 0; feature < features_.size(); ++feature) try_feature(places, feature, best);
    return best;
  }

  void try_feature(const std::vector<std::uint32_t>& places, std::size_t feature, Question& best) const {
    std::vector<std::uint32_t> table(kSteps * alphabet_);
    const Bytes& steps = features_[feature].steps;
    for (const std::uint32_t place : places) ++table[steps[place] * alphabet_ + symbols_[place]];
    Counts lower(alphabet_), upper(alphabet_);
    for (std::size_t i = 0; i < table.size(); ++i)
      if (table[i] > 0) upper.add(i % alphabet_, table[i]);
    const std::uint64_t whole = upper.cost(sparsely_);
    for (std::size_t step = 0; step < features_[feature].bounds.size(); ++step) {
      for (std::size_t symbol = 0; symbol < alphabet_; ++symbol)
        if (const std::uint32_t count = table[step * alphabet_ + symbol]; count > 0)
          lower.add(symbol, count), upper.remove(symbol, count);
      if (lower.total() == 0 || upper.total() == 0 || !may_ask(feature, step)) continue;
      const std::uint64_t parts = lower.cost(sparsely_) + upper.cost(sparsely_);
      if (whole > parts && whole - parts > best.gain) best = {whole - parts, feature, step};
    }
  }

  void split(std::size_t at) {
    const Question asked = nodes_[at].best;
    std::vector<std::uint32_t> lower, upper;
    for (const std::uint32_t place : nodes_[at].places)
      (features_[asked.feature].steps[place] <= asked.step ? lower : upper).push_back(place);
    nodes_[at].places = {};
    nodes_[at].best.gain = 0;
    const bool was_full = full(asked.feature);
    asked_[asked.feature] |= std::uint32_t{1} << asked.step;
    if (!was_full && full(asked.feature)) ask_again(asked.feature);
    for (auto* const part : {&lower, &upper}) {
      add_node(std::move(*part));
      nodes_.back().best = best_question(nodes_.back().places);
    }
    nodes_[at].lower = nodes_.size() - 2, nodes_[at].upper = nodes_.size() - 1;
  }

  /// No more bounds for the feature: leaves that wanted others look for a question anew.
  void ask_again(std::size_t feature) {
    for (Node& node : nodes_)
      if (node.best.gain > 0 && node.best.feature == feature && !may_ask(feature, node.best.step))
        node.best = best_question(node.places);
  }

  ByteSpan symbols_;
  std::vector<std::uint32_t> asked_;  // of each feature the bounds that questions ask for, a bit each
  std::vector<Feature> features_;
  std::size_t alphabet_, sparsely_ = 1;
  std::vector<Node> nodes_;
};

}  // namespace

ContextTree ContextTree::grow(std::span<const Bytes> features, ByteSpan symbols) {
  Grower grower(features, symbols);
  grower.grow();
  ContextTree tree;
  tree.bounds_ = grower.bounds();
  grower.list(0, tree.nodes_);
  return tree;
}

}  // namespace daybreak::codecs
