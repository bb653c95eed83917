#include <algorithm>
#include <optional>

#include "libcore/codecs/exact_values.h"
#include "libcore/codecs/lane_stream.h"
#include "libcore/codecs/level_canvas.h"
#include "libcore/codecs/levels.h"
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
    canvas_.emplace(count, row, plane, std::bit_cast<T>(first));
    const Block& block = canvas_->parts.block();
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
    canvas_->parts.enter(one.level);
    guess_class(canvas_->parts, one, guess, canvas_->guesses);
    level_contexts(canvas_->parts, one, step, canvas_->guesses, canvas_->contexts);
    found_.resize(canvas_->contexts.size());
    symbols_.get(canvas_->contexts, found_);
    off_.resize(found_.size());
    for (std::size_t from = 0; from < found_.size(); from += kStretch) {
      const std::size_t count = std::min(kStretch, found_.size() - from);
      take_steps(ByteSpan(found_).subspan(from, count), std::span(off_).subspan(from, count));
    }
    set_points<T>(*canvas_, one, step, off_);
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
      const T* const from = canvas_->parts.all().data();
      std::uint8_t* const to = out.data();
      const std::size_t count = out.size() / bytes;
      if (bytes == sizeof(Word))
        run_vectorized([=]() DAYBREAK_LOOP {
          for (std::size_t i = 0; i < count; ++i) store_little(std::bit_cast<Word>(from[i]), to + i * sizeof(Word));
        });
      else
        for (std::size_t i = 0; i < count; ++i)
          store_little(static_cast<Element>(bits_of<Word>(type, from[i])), to + i * bytes);
      for (std::size_t i = 0; i < exact_.places.size(); ++i)
        store_little(static_cast<Element>(exact_.bits[i]), to + exact_.places[i] * bytes);
    });
  }

  static constexpr std::size_t kStretch = 2048;
  static constexpr std::uint8_t kWideSymbols = 16;  // of magnitude_bins(): symbols below it are their numbers

  LevelSteps steps_{};
  std::optional<Canvas<T>> canvas_;
  std::vector<LevelClass> classes_;
  std::vector<ClassGuess> guesses_;
  ExactValues<Word> exact_;
  LaneReader symbols_;
  std::optional<OffsetReader<std::uint32_t>> offsets_;
  Scratch<std::uint8_t> found_;
  Scratch<std::uint32_t> off_;
};

}  // namespace

template <class Word>
bool read_levels(ElementType type, ByteReader& in, std::span<std::uint8_t> out) {
  return is_real_number(type) && Decoder<Word>().read(type, in, out) && in.finished();
}

template bool read_levels<std::uint32_t>(ElementType, ByteReader&, std::span<std::uint8_t>);
template bool read_levels<std::uint64_t>(ElementType, ByteReader&, std::span<std::uint8_t>);

}  // namespace daybreak::codecs
