#include "libcore/codecs/symbol_field.h"

#include <algorithm>

#include "libcore/codecs/context_decoder.h"
#include "libcore/codecs/context_stream.h"
#include "libcore/codecs/context_tree.h"
#include "libcore/codecs/instruction_sets.h"
#include "libcore/codecs/look_ahead.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kAbove = 4, kFeatures = 6;  // features of rows above, and all
constexpr unsigned kNearBits = 2 * kLevelBits;    // of an index: the features left

/// How far before a symbol its features lie.
std::array<std::size_t, kFeatures> distances(const FieldShape& shape) {
  const std::size_t left = shape.channels, other = left == 1 ? 2 : 1;
  const std::size_t corner = shape.plane > 0 ? shape.plane : shape.row + left;
  return {shape.row, shape.row - left, corner, 2 * shape.row, left, other};
}

/// What a context needs that lies before an array.
std::size_t look_back(const FieldShape& shape) {
  return std::max(2 * shape.row + shape.channels + 2, shape.plane);
}

/// A symbol is above so many of these: its level. Bounds that are not there are such that none is.
using Levels = std::array<std::uint8_t, kMostBounds>;

std::array<Levels, kAbove> levels_above(const ContextTree& tree) {
  std::array<Levels, kAbove> levels;
  for (std::size_t feature = 0; feature < kAbove; ++feature) {
    levels[feature].fill(255);
    const ByteSpan bounds = tree.bounds(feature);
    std::transform(bounds.begin(), bounds.end(), levels[feature].begin(),
                   [](std::uint8_t bound) { return static_cast<std::uint8_t>(bound - 1); });
  }
  return levels;
}

/// Of every symbol its level as the other feature on the left, and 8 times its level as the left one.
Labels near_labels(const ContextTree& tree) {
  Labels labels = tree.levels(kAbove + 1);
  const Labels left = tree.levels(kAbove);
  for (std::size_t symbol = 0; symbol < labels.size(); ++symbol)
    labels[symbol] = static_cast<std::uint8_t>(left[symbol] << kLevelBits | labels[symbol]);
  return labels;
}

/// The indices of contexts. `kChannels`: of more than one.
template <bool kChannels>
class FieldModel {
 public:
  FieldModel(const FieldShape& shape, const Bands& bands, const ContextTree& tree, const Labels& labels,
             std::uint8_t* symbols, const TermMemory& memory)
      : shape_(shape),
        distances_(distances(shape)),
        levels_(levels_above(tree)),
        labels_(labels.data()),
        ahead_(shape.row - shape.channels, memory) {
    for (std::size_t band = 0; band < kBands; ++band) first_[band] = symbols + band * bands.length;
  }

  std::size_t context(std::size_t band, std::size_t place) {
    if (band == 0)
      ahead_.look(place, [&](std::size_t b, std::size_t count, std::uint16_t* terms) {
        find(first_[b] + place, count, terms);
      });
    const std::size_t above = ahead_.term(band, place) << kNearBits;
    if constexpr (kChannels) {
      const std::uint8_t* const here = first_[band] + place;
      return above + (labels_[*(here - shape_.channels)] & kLeft) + (labels_[here[-1]] & kOther);
    }
    return above + near_[band];
  }
  void put(std::size_t band, std::size_t place, std::uint8_t symbol, std::size_t label) {
    first_[band][place] = symbol;
    if constexpr (!kChannels) {
      near_[band] = (label >> 8 & kLeft) + other_[band];
      other_[band] = label >> 8 & kOther;
    }
  }

 private:
  static constexpr std::size_t kLeft = 7 << kLevelBits, kOther = 7;

  void find(const std::uint8_t* here, std::size_t count, std::uint16_t* terms) const {
    run_vectorized([count, terms, here, levels = levels_, distances = distances_]() DAYBREAK_LOOP {
      for (std::size_t start = 0; start + kTogether <= count; start += kTogether) {
        std::uint8_t level[kAbove][kTogether] = {};
        for (std::size_t feature = 0; feature < kAbove; ++feature) {
          const std::uint8_t* const from = here + start - distances[feature];
          for (const std::uint8_t below : levels[feature])
            for (std::size_t i = 0; i < kTogether; ++i)
              level[feature][i] = static_cast<std::uint8_t>(level[feature][i] + (from[i] > below));
        }
        for (std::size_t i = 0; i < kTogether; ++i)
          terms[start + i] =
              static_cast<std::uint16_t>(level[0][i] << 9 | level[1][i] << 6 | level[2][i] << 3 | level[3][i]);
      }
    });
  }

  FieldShape shape_;
  std::array<std::size_t, kFeatures> distances_;
  std::array<Levels, kAbove> levels_;
  const std::uint8_t* labels_;
  std::array<std::uint8_t*, kBands> first_;
  std::array<std::size_t, kBands> near_{}, other_{};
  LookAhead ahead_;
};

/// Zeros: what lies before, room for whole bands, and for what is read beyond them.
Scratch<std::uint8_t> field_memory(const FieldShape& shape, const Bands& bands) {
  Scratch<std::uint8_t> memory(look_back(shape) + kBands * bands.length + kMostAhead);
  std::fill(memory.begin(), memory.end(), std::uint8_t{0});
  return memory;
}

/// Calls visit(model) with the model of the field.
template <class Visit>
auto with_model(const FieldShape& shape, const Bands& bands, const ContextTree& tree, const Labels& labels,
                std::uint8_t* symbols, Visit visit) {
  const TermMemory memory;
  if (shape.channels > 1) return visit(FieldModel<true>(shape, bands, tree, labels, symbols, memory));
  return visit(FieldModel<false>(shape, bands, tree, labels, symbols, memory));
}

/// The tree that serves the symbols, each feature taken within the whole array: near enough.
ContextTree grow_tree(const FieldShape& shape, ByteSpan symbols) {
  std::vector<Bytes> features;
  for (const std::size_t distance : distances(shape)) {
    Bytes& feature = features.emplace_back(symbols.size());
    if (distance < symbols.size())
      std::copy(symbols.begin(), symbols.end() - static_cast<std::ptrdiff_t>(distance),
                feature.begin() + static_cast<std::ptrdiff_t>(distance));
  }
  return ContextTree::grow(features, symbols);
}

}  // namespace

void write_field(const FieldShape& shape, ByteSpan symbols, ByteWriter& out) {
  const ContextTree tree = grow_tree(shape, symbols);
  std::vector<std::uint16_t> leaves(tree.leaves()), leaf_of(tree.indices());
  for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) leaves[leaf] = static_cast<std::uint16_t>(leaf);
  tree.spread(leaves, leaf_of);
  const Bands bands(symbols.size(), shape.row);
  const Labels labels = near_labels(tree);
  Scratch<std::uint8_t> memory = field_memory(shape, bands);
  ContextCollector collector(symbols.size(), tree.leaves());
  with_model(shape, bands, tree, labels, memory.data() + look_back(shape), [&](auto model) {
    walk_bands(bands, [&](std::size_t band, std::size_t place) {
      const std::uint8_t symbol = symbols[band * bands.length + place];
      collector.put(leaf_of[model.context(band, place)], symbol);
      model.put(band, place, symbol, std::size_t{labels[symbol]} << 8);
    });
  });
  tree.write(out);
  collector.write(out);
}

bool SymbolField::read(const FieldShape& shape, std::size_t count, ByteReader& in) {
  ContextTree tree;
  if (!tree.read(in, kFeatures)) return false;
  const Labels labels = near_labels(tree);
  ContextDecoder decoder;
  if (!decoder.open(in, count, tree, labels)) return false;
  const Bands bands(count, shape.row);
  memory_ = field_memory(shape, bands);
  symbols_ = std::span(memory_).subspan(look_back(shape), count);
  return with_model(shape, bands, tree, labels, memory_.data() + look_back(shape),
                    [&](auto model) { return decoder.decode(bands, model); });
}

}  // namespace daybreak::codecs
