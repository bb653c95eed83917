#include <algorithm>
#include <optional>

#include "libcore/codecs/exact_values.h"
#include "libcore/codecs/lane_stream.h"
#include "libcore/codecs/level_context.h"
#include "libcore/codecs/level_predict.h"
#include "libcore/codecs/level_steps.h"
#include "libcore/codecs/levels.h"
#include "libcore/codecs/lookup_lanes.h"
#include "libcore/codecs/offset_reader.h"
#include "libcore/codecs/reals.h"

namespace daybreak::codecs {
namespace {

bool read_guess(const LevelClass& one, ByteReader& in, ClassGuess& guess) {
  guess = {};
  for (std::size_t d = 0; d < 3; ++d) {
    if (!one.is_odd(d)) continue;
    const std::uint8_t byte = in.byte();
    guess.weight[d] = byte & (kCubicBit - 1);
    guess.cubic[d] = byte & kCubicBit;
  }
  return in.ok();
}

template <class Word>
class Decoder {
 public:
  using T = Real<Word>;

  bool read(ElementType type, ByteReader& in, std::span<std::uint8_t> out) {
    const std::size_t count = out.size() / element_info(type).bytes;
    if (!open(count, in)) return false;
    for (std::size_t i = 0; i < classes_.size(); ++i) decode_class(classes_[i], guesses_[i]);
    if (!symbols_.finished() || !offsets_->finished()) return false;
    store(type, out);
    return true;
  }

 private:
  bool open(std::size_t count, ByteReader& in) {
    const auto row = static_cast<std::size_t>(in.varint(count)), plane = static_cast<std::size_t>(in.varint(count));
    steps_ = {std::bit_cast<double>(in.fixed<std::uint64_t>()), in.byte(), in.byte()};
    const Word first = in.fixed<Word>();
    const bool fits = plane == 0 ? row == 0 || count % row == 0 : row > 0 && plane % row == 0 && count % plane == 0;
    if (!in.ok() || count == 0 || !fits || !steps_.usable()) return false;
    const Block block = block_of(count, row, plane);
    parts_.emplace(block, std::bit_cast<T>(first));
    classes_ = level_classes(block);
    for (const LevelClass& one : classes_) {
      guesses_.push_back(even_guess(one));
      if (one.count(block) >= kFewestForGuess && !read_guess(one, in, guesses_.back())) return false;
    }
    if (!read_exact<Word>(in, count, plane, exact_) || !symbols_.open(in, kLevelContexts)) return false;
    offsets_.emplace(magnitude_bins<std::uint32_t>(), in.block());
    return in.ok() && offsets_->usable();
  }

  void decode_class(const LevelClass& one, const ClassGuess& guess) {
    const double step = steps_.of(one.level);
    parts_->enter(one.level);
    Part<T>& part = (*parts_)[one.odd];
    tables_.resize(part.count());
    for_each_piece(part.extent, [&](const Piece& piece, std::size_t at) {
      T bend[kPiece], slope[kPiece];
      std::uint16_t contexts[kPiece];
      guess_piece(*parts_, one, guess, piece, GuessPlaces<T>{part.values.data() + at, bend, slope});
      piece_contexts(*parts_, one, step, piece, bend, slope, contexts);
      static_assert(kClassContexts <= lookup::kEntries);
      symbols_.find_tables(first_context(one), std::span(contexts).first(piece.count()),
                           std::span(tables_).subspan(at, piece.count()));
    });
    for (std::size_t at = 0; at < tables_.size(); at += kStretch) {
      const std::size_t count = std::min(kStretch, tables_.size() - at);
      std::uint8_t symbols[kStretch];
      std::uint32_t steps[kStretch];
      symbols_.get(std::span(tables_).subspan(at, count), std::span(symbols).first(count));
      take_steps(std::span(symbols).first(count), std::span(steps).first(count));
      set_points<T>(part, at, part.values.data() + at, step, std::span(steps).first(count));
    }
  }

  /// Few stretches of a smooth array have a step that needs more than its symbol.
  void take_steps(ByteSpan found, std::span<std::uint32_t> steps) {
    std::uint8_t largest = 0;
    run_vectorized([&largest, from = found.data(), to = steps.data(), count = found.size()]() DAYBREAK_LOOP {
      std::uint8_t seen = 0;
      for (std::size_t i = 0; i < count; ++i) {
        seen = std::max(seen, from[i]);
        to[i] = from[i];
      }
      largest = seen;
    });
    if (largest >= kWideSymbols) offsets_->get(found, steps);
  }

  void store(ElementType type, std::span<std::uint8_t> out) {
    const std::size_t bytes = element_info(type).bytes;
    with_element<Word>(bytes, [&](auto element) {
      using Element = decltype(element);
      parts_->for_all([&](std::span<const T> numbers, std::size_t at) {
        const T* const from = numbers.data();
        std::uint8_t* const to = out.data() + at * bytes;
        const std::size_t count = numbers.size();
        if (bytes == sizeof(Word))
          run_vectorized([=]() DAYBREAK_LOOP {
            for (std::size_t i = 0; i < count; ++i) store_little(std::bit_cast<Word>(from[i]), to + i * sizeof(Word));
          });
        else
          for (std::size_t i = 0; i < count; ++i)
            store_little(static_cast<Element>(bits_of<Word>(type, from[i])), to + i * bytes);
      });
    });
    exact_.store(type, out);
  }

  static constexpr std::size_t kStretch = 2048;  // a multiple of rans::kLanes, so that all is in the first cache
  static constexpr std::uint8_t kWideSymbols = 16;  // of magnitude_bins(): symbols below it are their numbers

  LevelSteps steps_{};
  std::optional<Parts<T>> parts_;
  std::vector<LevelClass> classes_;
  std::vector<ClassGuess> guesses_;
  ExactValues<Word> exact_;
  LaneReader symbols_;
  std::optional<OffsetReader<std::uint32_t>> offsets_;
  Scratch<std::uint8_t> tables_;
};

}  // namespace

template <class Word>
bool read_levels(ElementType type, ByteReader& in, std::span<std::uint8_t> out) {
  return is_real_number(type) && Decoder<Word>().read(type, in, out) && in.finished();
}

template bool read_levels<std::uint32_t>(ElementType, ByteReader&, std::span<std::uint8_t>);
template bool read_levels<std::uint64_t>(ElementType, ByteReader&, std::span<std::uint8_t>);

}  // namespace daybreak::codecs
