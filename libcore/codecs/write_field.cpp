#include <algorithm>
#include <bit>
#include <numeric>
#include <vector>

#include "libcore/codecs/context_stream.h"
#include "libcore/codecs/context_tree.h"
#include "libcore/codecs/field_bands.h"

namespace daybreak::codecs {
namespace {

using field::kFeatures;

/// More bands decode faster, but each starts without a row above it.
std::size_t choose_bands(std::size_t rows) {
  constexpr std::size_t kFewest = 6;  // rows of a band
  for (const std::size_t bands : {32u, 16u, 8u})
    if (rows / bands >= kFewest) return bands;
  return 4;
}

/// Few long rows are cut, for more bands.
std::size_t choose_strips(const FieldShape& shape, std::size_t count) {
  constexpr std::size_t kNarrowest = 128;  // pixels of a strip
  const std::size_t rows = count / shape.row;
  std::size_t best = 1;
  for (std::size_t strips = 2; strips <= field::kMostStrips; strips *= 2)
    if (field::can_cut(shape, count, strips) && shape.row / shape.channels >= strips * kNarrowest &&
        choose_bands(rows * strips) > choose_bands(rows * best))
      best = strips;
  return best;
}

/// Of every symbol the one at each feature's place, or 0.
std::vector<Bytes> features_of(const FieldShape& shape, const field::Bands& bands, ByteSpan symbols) {
  std::vector<Bytes> features;
  for (const std::size_t distance : field::distances(shape, bands)) {
    Bytes& feature = features.emplace_back(symbols.size());
    if (distance == 0) continue;
    for (std::size_t band = 0; band < bands.bands(); ++band) {
      const std::size_t start = bands.start(band), length = bands.length(band);
      for (std::size_t place = distance; place < length; ++place)
        feature[start + place] = symbols[start + place - distance];
    }
  }
  return features;
}

/// The leaf of every symbol.
Bytes leaves_of(const ContextTree& tree, const std::vector<Bytes>& features) {
  Bytes leaves(tree.leaves()), of_index(tree.indices()), found(features[0].size());
  std::iota(leaves.begin(), leaves.end(), std::uint8_t{0});
  tree.spread(leaves, of_index);
  std::vector<std::uint32_t> indices(found.size());
  for (std::size_t f = 0; f < kFeatures; ++f) {
    const Labels levels = tree.levels(f);
    for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = indices[i] << tree.level_bits(f) | levels[features[f][i]];
  }
  for (std::size_t i = 0; i < found.size(); ++i) found[i] = of_index[indices[i]];
  return found;
}

}  // namespace

void write_field(const FieldShape& whole, ByteSpan symbols_of_whole, ByteWriter& out) {
  const std::size_t strips = choose_strips(whole, symbols_of_whole.size());
  const FieldShape shape = field::cut(whole, strips);
  Bytes in_strips(strips == 1 ? 0 : symbols_of_whole.size());
  if (strips > 1)
    field::for_pieces(whole, in_strips.size(), strips, [&](std::size_t from, std::size_t to) {
      std::copy_n(symbols_of_whole.data() + from, shape.row, in_strips.data() + to);
    });
  const ByteSpan symbols = strips == 1 ? symbols_of_whole : ByteSpan(in_strips);
  const field::Bands bands(symbols.size(), shape.row, choose_bands(symbols.size() / shape.row));
  const std::vector<Bytes> features = features_of(shape, bands, symbols);
  const ContextTree tree = ContextTree::grow(features, symbols);
  const Bytes leaves = leaves_of(tree, features);
  ContextCollector collector(symbols.size(), tree.leaves());
  bands.walk([&](std::size_t band, std::size_t place) {
    const std::size_t at = bands.start(band) + place;
    collector.put(leaves[at], symbols[at]);
  });
  const auto cuts = static_cast<std::size_t>(std::countr_zero(strips));
  out.byte(static_cast<std::uint8_t>(bands.bands() + field::kStripsUnit * cuts));
  tree.write(out);
  collector.write(out);
}

}  // namespace daybreak::codecs
