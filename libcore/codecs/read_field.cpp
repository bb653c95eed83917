#include <algorithm>
#include <bit>

#include "libcore/codecs/context_tables.h"
#include "libcore/codecs/context_tree.h"
#include "libcore/codecs/field_bands.h"
#include "libcore/codecs/transpose.h"

namespace daybreak::codecs {
namespace {

using field::kFeatures;

constexpr unsigned kSymbolBits = 8;

/// The entry of every symbol: the symbol, and above it its level as each feature.
std::array<std::uint32_t, 256> entries_of(const ContextTree& tree) {
  std::array<std::uint32_t, 256> entries{};
  for (std::size_t f = 0; f < kFeatures; ++f) {
    const Labels levels = tree.levels(f);
    for (std::size_t symbol = 0; symbol < entries.size(); ++symbol)
      entries[symbol] = entries[symbol] << tree.level_bits(f) | levels[symbol];
  }
  for (std::size_t symbol = 0; symbol < entries.size(); ++symbol)
    entries[symbol] = entries[symbol] << kSymbolBits | static_cast<std::uint32_t>(symbol);
  return entries;
}

class FieldDecoder {
 public:
  FieldDecoder(const FieldShape& shape, const field::Bands& bands) : bands_(bands) {
    const auto distances = field::distances(shape, bands);
    const std::size_t places = std::bit_ceil(*std::max_element(distances.begin(), distances.end()) + 1);
    ring_.resize(places * bands.bands());
    std::fill(ring_.begin(), ring_.end(), 0u);
    state_.bands = bands.bands();
    state_.ring = ring_.data(), state_.ring_mask = places - 1;
    std::copy(distances.begin(), distances.end(), state_.distances);
  }

  bool open(ByteReader& in, std::size_t count) {
    ContextTree tree;
    ContextTables tables;
    if (!tree.read(in, kFeatures) || !read_context_tables(in, tree.leaves(), tables)) return false;
    for (std::size_t f = 0; f < kFeatures; ++f) {
      const std::uint32_t level = (1u << tree.level_bits(f)) - 1;
      state_.masks[f] = state_.distances[f] == 0 ? 0 : level << (kSymbolBits + tree.shift(f));
    }
    table_of_.resize(tree.indices() + field::kReadBehind);
    tree.spread(tables.table_of, std::span(table_of_).first(tree.indices()));
    fill_tables(tables, entries_of(tree));
    state_.table_of = table_of_.data(), state_.slots = slots_.data(), state_.spans = spans_.data();
    ByteReader block(in.block());
    std::fill(std::begin(state_.lanes), std::end(state_.lanes), rans::kLowest);
    for (std::size_t lane = 0; lane < std::min<std::size_t>(count, rans::kLanes); ++lane)
      state_.lanes[lane] = block.fixed<std::uint32_t>();
    const ByteSpan words = block.bytes(block.left());
    state_.words = words.data(), state_.end = words.data() + words.size();
    return in.ok() && block.ok();
  }

  /// False where the stream does not end with the symbols.
  bool decode(std::span<std::uint8_t> symbols) {
    for (std::size_t place = 0; place < bands_.longest();) {
      state_.there = bands_.having(place);
      const std::size_t end = bands_.length(state_.there - 1);
      for (; place < end; place += std::min(kBlock, end - place))
        decode_block(place, std::min(kBlock, end - place), symbols);
    }
    return state_.words == state_.end && std::all_of(std::begin(state_.lanes), std::end(state_.lanes),
                                                     [](std::uint32_t x) { return x == rans::kLowest; });
  }

 private:
  static constexpr std::size_t kBlock = 256;

  void fill_tables(const ContextTables& tables, const std::array<std::uint32_t, 256>& entries) {
    slots_.resize(tables.tables.size() << rans::kScaleBits);
    spans_.resize(tables.tables.size() << kSymbolBits);
    std::uint32_t *slots = slots_.data(), *span = spans_.data();
    for (const rans::Frequencies& table : tables.tables) {
      std::uint32_t start = 0;
      for (std::size_t symbol = 0; symbol < 256; ++symbol) {
        const std::uint32_t frequency = table[symbol];
        *span++ = frequency << 16 | start;
        slots = std::fill_n(slots, frequency, entries[symbol]);
        start += frequency;
      }
    }
  }

  const field::Kernel& best_kernel() const {
    auto kernels = field::kernels();
    while ((state_.there | state_.lane) % kernels.back()->width != 0) kernels = kernels.first(kernels.size() - 1);
    return *kernels.back();
  }

  void decode_block(std::size_t first, std::size_t places, std::span<std::uint8_t> symbols) {
    const std::size_t there = state_.there;
    std::size_t done = best_kernel().decode(state_, first, first + places, block_.data()) - first;
    for (; done < places; ++done)
      for (std::size_t band = 0; band < there; ++band)
        block_[done * there + band] = field::plain::decode_one(state_, first + done, band);
    const bool turns = std::has_single_bit(there);
    const std::uint8_t* const turned = turns ? transpose(block_.data(), other_.data(), kBlock, there) : nullptr;
    for (std::size_t band = 0; band < there; ++band) {
      std::uint8_t* const to = symbols.data() + bands_.start(band) + first;
      if (turns)
        std::copy_n(turned + band * kBlock, places, to);
      else
        for (std::size_t i = 0; i < places; ++i) to[i] = block_[i * there + band];
    }
  }

  field::Bands bands_;
  std::array<std::uint8_t, kBlock * field::kMostBands> block_{}, other_{};
  Scratch<std::uint32_t> ring_, slots_, spans_;
  Scratch<std::uint8_t> table_of_;
  field::State state_{};
};

}  // namespace

bool read_field(const FieldShape& shape, ByteReader& in, std::span<std::uint8_t> symbols) {
  const std::size_t head = in.byte(), count = head % field::kStripsUnit,
                    strips = std::size_t{1} << (head / field::kStripsUnit);
  if (!std::has_single_bit(count) || count < 4 || count > field::kMostBands) return false;
  if (strips == 1) {
    FieldDecoder decoder(shape, field::Bands(symbols.size(), shape.row, count));
    return decoder.open(in, symbols.size()) && decoder.decode(symbols);
  }
  if (!field::can_cut(shape, symbols.size(), strips)) return false;
  const FieldShape strip = field::cut(shape, strips);
  Scratch<std::uint8_t> in_strips(symbols.size());
  FieldDecoder decoder(strip, field::Bands(symbols.size(), strip.row, count));
  if (!decoder.open(in, symbols.size()) || !decoder.decode(in_strips)) return false;
  field::for_pieces(shape, symbols.size(), strips, [&](std::size_t whole, std::size_t cut) {
    std::copy_n(in_strips.data() + cut, strip.row, symbols.data() + whole);
  });
  return true;
}

}  // namespace daybreak::codecs
