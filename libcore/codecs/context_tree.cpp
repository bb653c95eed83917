#include "libcore/codecs/context_tree.h"

#include <algorithm>
#include <cstring>

#include "libcore/codecs/symbols.h"

namespace daybreak::codecs {
namespace {

/// The indices whose levels lie within [first, last] for every feature.
struct Box {
  std::array<std::uint8_t, kMostFeatures> first{}, last{};
};

/// Gives the indices of boxes their values.
class Painter {
 public:
  Painter(const ContextTree& tree, std::size_t features, std::span<std::uint8_t> of_index)
      : features_(features), of_index_(of_index) {
    for (std::size_t feature = 0; feature < features; ++feature) {
      last_[feature] = static_cast<std::uint8_t>((1u << tree.level_bits(feature)) - 1);
      steps_[feature] = std::size_t{1} << tree.shift(feature);
    }
  }

  /// All indices.
  Box whole() const {
    Box box;
    for (std::size_t feature = 0; feature < features_; ++feature) box.last[feature] = last_[feature];
    return box;
  }

  void paint(const Box& box, std::uint8_t value) const {
    for (std::size_t feature = 0; feature < features_; ++feature)
      if (box.first[feature] > box.last[feature]) return;  // nothing answers the questions so
    std::size_t whole = features_;  // features from here on are not asked for: their indices lie side by side
    while (whole > 0 && box.first[whole - 1] == 0 && box.last[whole - 1] == last_[whole - 1]) --whole;
    paint(box, value, whole, 0, 0);
  }

 private:
  void paint(const Box& box, std::uint8_t value, std::size_t whole, std::size_t feature, std::size_t at) const {
    if (whole == 0) return std::fill(of_index_.begin(), of_index_.end(), value);
    const std::size_t step = steps_[feature], from = at + box.first[feature] * step;
    const std::size_t levels = box.last[feature] - box.first[feature] + std::size_t{1};
    if (feature + 1 == whole) return fill(from, levels * step, value);
    for (std::size_t level = 0; level < levels; ++level) paint(box, value, whole, feature + 1, from + level * step);
  }

  /// Most runs are short: those around them are read and written too, which costs less than a loop.
  void fill(std::size_t from, std::size_t count, std::uint8_t value) const {
    std::uint8_t* const to = of_index_.data() + from;
    std::uint64_t few;
    if (count > sizeof few || of_index_.size() - from < sizeof few) {
      std::fill_n(to, count, value);
      return;
    }
    std::memcpy(&few, to, sizeof few);
    few ^= (few ^ value * kEachByte) & kFirstBytes[count];
    std::memcpy(to, &few, sizeof few);
  }

  static constexpr std::uint64_t kEachByte = 0x0101010101010101;
  /// All ones in so many bytes from the lowest address on.
  static constexpr auto kFirstBytes = [] {
    std::array<std::uint64_t, sizeof(std::uint64_t) + 1> masks{};
    for (std::size_t count = 0; count < masks.size(); ++count) {
      std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
      std::fill_n(bytes.begin(), count, std::uint8_t{0xFF});
      masks[count] = std::bit_cast<std::uint64_t>(bytes);
    }
    return masks;
  }();

  std::size_t features_;
  std::span<std::uint8_t> of_index_;
  std::array<std::uint8_t, kMostFeatures> last_{};
  std::array<std::size_t, kMostFeatures> steps_{};
};

/// The nodes are a whole tree, all of whose questions are about the bounds.
bool is_tree(ByteSpan nodes, const std::vector<Bytes>& bounds) {
  std::size_t open = 1;  // branches without an end
  for (const std::uint8_t node : nodes) {
    if (open == 0) return false;
    if (node == 0) {
      --open;
      continue;
    }
    const std::size_t feature = (node - 1u) / 8, bound = (node - 1u) % 8;
    if (feature >= bounds.size() || bound >= bounds[feature].size()) return false;
    ++open;
  }
  return open == 0;
}

}  // namespace

void ContextTree::write(ByteWriter& out) const {
  for (const Bytes& bounds : bounds_) {
    out.byte(static_cast<std::uint8_t>(bounds.size()));
    out.bytes(bounds);
  }
  out.byte(static_cast<std::uint8_t>(leaves() - 1));
  write_symbols(nodes_, out);
}

bool ContextTree::read(ByteReader& in, std::size_t features) {
  bounds_.resize(features);
  for (Bytes& bounds : bounds_) {
    const std::size_t count = in.byte();
    if (count > kMostBounds) return false;
    const ByteSpan bytes = in.bytes(count);
    bounds.assign(bytes.begin(), bytes.end());
    if (bounds.size() != count || !std::is_sorted(bounds.begin(), bounds.end())) return false;
    if (count > 0 && bounds[0] == 0) return false;
  }
  nodes_.resize(2 * std::size_t{in.byte()} + 1);
  return read_symbols(in, nodes_) && in.ok() && is_tree(nodes_, bounds_);
}

Labels ContextTree::levels(std::size_t feature) const {
  Labels levels{};
  for (std::size_t value = 0; value < levels.size(); ++value)
    for (const std::uint8_t bound : bounds_[feature])
      levels[value] = static_cast<std::uint8_t>(levels[value] + (value >= bound));
  return levels;
}

void ContextTree::spread(ByteSpan of_leaf, std::span<std::uint8_t> of_index) const {
  const Painter painter(*this, bounds_.size(), of_index);
  std::vector<Box> open{painter.whole()};  // boxes of the nodes to come, the next one last
  std::size_t leaf = 0;
  for (const std::uint8_t node : nodes_) {
    Box lower = open.back();
    open.pop_back();
    if (node == 0) {
      painter.paint(lower, of_leaf[leaf++]);
      continue;
    }
    const std::size_t feature = (node - 1u) / 8, bound = (node - 1u) % 8;
    Box upper = lower;
    lower.last[feature] = std::min(lower.last[feature], static_cast<std::uint8_t>(bound));
    upper.first[feature] = std::max(upper.first[feature], static_cast<std::uint8_t>(bound + 1));
    open.push_back(upper);
    open.push_back(lower);
  }
}

}  // namespace daybreak::codecs
