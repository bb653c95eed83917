#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/bit_stream.h"
#include "libcore/codecs/exact_values.h"
#include "libcore/codecs/lane_stream.h"
#include "libcore/codecs/level_context.h"
#include "libcore/codecs/level_predict.h"
#include "libcore/codecs/level_steps.h"
#include "libcore/codecs/levels.h"
#include "libcore/codecs/reals.h"

namespace daybreak::codecs {
namespace {

constexpr std::int32_t kMostSteps = 1 << 30;

LevelSteps level_steps(const Loss& loss) {
  const auto byte = [](double value, double lowest) {
    return static_cast<std::uint8_t>(std::clamp(value, lowest, 255.0));
  };
  return {loss.step, byte(loss.alpha * 32 + 0.5, 32), byte(loss.beta * 8 + 0.5, 8)};
}

/// What a class should become, in its order.
template <class T>
struct Wanted {
  std::vector<T> values;
  Bytes exact;

  void take(const Block& block, const LevelClass& one, std::span<const T> all, ByteSpan all_exact) {
    values.clear(), exact.clear();
    const std::size_t row = one.points(2, block.extent[2]), step = 2 * one.spacing();
    for_each_row(block, one, [&](std::size_t offset) {
      for (std::size_t i = 0; i < row; ++i) {
        values.push_back(all[offset + i * step]);
        exact.push_back(all_exact[offset + i * step]);
      }
    });
  }
};

/// Looks for the weights that leave the least.
template <class T>
class GuessChooser {
 public:
  GuessChooser(const Parts<T>& parts, Guesses<T>& guesses, const Wanted<T>& wanted)
      : parts_(parts), guesses_(guesses), wanted_(wanted) {}

  ClassGuess choose(const LevelClass& one) {
    ClassGuess best = even_guess(one);
    std::array<double, 3> share{};
    double sum = 0;
    for (std::size_t d = 0; d < 3; ++d) {
      if (!one.is_odd(d)) continue;
      ClassGuess alone;
      alone.weight[d] = kAllWeight;
      const double cubic = loss(one, alone);
      alone.cubic[d] = false;
      const double mean = loss(one, alone);
      best.cubic[d] = cubic <= mean;
      share[d] = 1 / (std::min(cubic, mean) + 1e-300);
      sum += share[d];
    }
    if (!(sum < std::numeric_limits<double>::infinity())) return best;
    unsigned left = kAllWeight;
    for (std::size_t d = 0; d < 3; ++d) {
      if (!one.is_odd(d)) continue;
      const bool last = one.odd >> (d + 1) == 0;
      best.weight[d] = static_cast<std::uint8_t>(
          last ? left : std::min<unsigned>(left, static_cast<unsigned>(kAllWeight * share[d] / sum + 0.5)));
      left -= best.weight[d];
    }
    return best;
  }

 private:
  /// The squares' sum, in parts of a fixed order, whatever the processor.
  double loss(const LevelClass& one, const ClassGuess& guess) {
    guess_class(parts_, one, guess, guesses_);
    std::array<double, kSums> sums{};
    const std::size_t count = wanted_.values.size(), whole = count / kSums * kSums;
    const T *const wanted = wanted_.values.data(), *const guessed = guesses_.value.data();
    const std::uint8_t* const exact = wanted_.exact.data();
    const auto square = [=](std::size_t i) DAYBREAK_LOOP {
      const double off = static_cast<double>(wanted[i]) - static_cast<double>(guessed[i]);
      return exact[i] ? 0 : off * off;
    };
    run_vectorized([=, &sums]() DAYBREAK_LOOP {
      for (std::size_t i = 0; i < whole; i += kSums)
        for (std::size_t k = 0; k < kSums; ++k) sums[k] += square(i + k);
    });
    for (std::size_t i = whole; i < count; ++i) sums[i - whole] += square(i);
    return std::accumulate(sums.begin(), sums.end(), 0.0);
  }

  static constexpr std::size_t kSums = 16;
  const Parts<T>& parts_;
  Guesses<T>& guesses_;
  const Wanted<T>& wanted_;
};

/// Symbols and offsets of all classes.
struct StepWriter {
  Bins<std::uint32_t> bins = magnitude_bins<std::uint32_t>();
  LaneWriter symbols{kLevelContexts};
  BitWriter offsets;

  void put(std::span<const std::uint32_t> words, std::span<const std::uint16_t> contexts) {
    const Bytes found = find_bins<std::uint32_t>(words, bins);
    symbols.put(found, contexts);
    for (std::size_t i = 0; i < words.size(); ++i) offsets.put(words[i] - bins[found[i]].lower, bins[found[i]].width);
  }
};

template <class Word>
class Encoder {
 public:
  using T = Real<Word>;

  Encoder(ElementType type, const ArrayShape& shape, ByteSpan data, const Loss& loss)
      : type_(type),
        shape_(shape),
        loss_(loss),
        bits_(load_elements<Word>(type, data)),
        numbers_(bits_.size()),
        exact_(kept_exactly<Word>(type, bits_, loss.missing)),
        parts_(block_of(bits_.size(), shape.row, shape.plane), exact_[0] ? T(0) : real_of<Word>(type, bits_[0])) {
    for (std::size_t i = 0; i < bits_.size(); ++i) numbers_[i] = real_of<Word>(type, bits_[i]);
  }

  void write(const LevelSteps& steps, ByteWriter& out, std::span<std::uint8_t> decoded) {
    out.varint(shape_.row);
    out.varint(shape_.plane);
    out.fixed(std::bit_cast<std::uint64_t>(steps.step));
    out.byte(steps.alpha);
    out.byte(steps.beta);
    StepWriter writer;
    fill(steps, out, &writer);
    const Words<Word> kept = finish(decoded);
    write_exact<Word>(shape_, exact_, kept, out);
    writer.symbols.write(out);
    out.block(writer.offsets.finish());
  }

  void quantize(const LevelSteps& steps, std::span<std::uint8_t> decoded) {
    ByteWriter unused;
    fill(steps, unused, nullptr);
    finish(decoded);
  }

 private:
  /// Class after class; without a writer the steps are taken and forgotten.
  void fill(const LevelSteps& steps, ByteWriter& out, StepWriter* writer) {
    out.fixed(std::bit_cast<Word>(parts_[0].values[0]));
    for (const LevelClass& one : level_classes(parts_.block())) {
      parts_.enter(one.level);
      fill_class(one, steps.of(one.level), out, writer);
    }
  }

  void fill_class(const LevelClass& one, double step, ByteWriter& out, StepWriter* writer) {
    ClassGuess guess = even_guess(one);
    wanted_.take(parts_.block(), one, numbers_, exact_);
    if (wanted_.values.size() >= kFewestForGuess) {
      guess = GuessChooser<T>(parts_, guesses_, wanted_).choose(one);
      for (std::size_t d = 0; d < 3; ++d)
        if (one.is_odd(d)) out.byte(static_cast<std::uint8_t>(guess.weight[d] | (guess.cubic[d] ? kCubicBit : 0)));
    }
    guess_class(parts_, one, guess, guesses_);
    Words<std::uint32_t> steps(wanted_.values.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const std::int32_t off = wanted_.exact[i] ? 0 : steps_to(wanted_.values[i], guesses_.value[i], step);
      steps[i] = zigzag(static_cast<std::uint32_t>(off));
    }
    if (writer != nullptr) writer->put(steps, contexts_of(one, step));
    set_points<T>(parts_[one.odd], 0, guesses_.value.data(), step, steps);
  }

  std::vector<std::uint16_t> contexts_of(const LevelClass& one, double step) const {
    std::vector<std::uint16_t> contexts(guesses_.value.size());
    for_each_piece(parts_[one.odd].extent, [&](const Piece& piece, std::size_t at) {
      piece_contexts(parts_, one, step, piece, guesses_.bend.data() + at, guesses_.slope.data() + at,
                     contexts.data() + at);
    });
    const std::size_t first = first_context(one);
    for (std::uint16_t& context : contexts) context = static_cast<std::uint16_t>(context + first);
    return contexts;
  }

  /// From a guess to a number; where that is a zero, on its own side of it.
  std::int32_t steps_to(T number, T guess, double step) const {
    const std::int32_t steps = whole_steps(static_cast<double>(number) - guess, step);
    const bool wrong_side =
        number == 0 && std::signbit(value_at(guess, steps, static_cast<T>(step))) != std::signbit(number);
    return wrong_side ? steps + (std::signbit(number) ? -1 : 1) : steps;
  }

  std::int32_t whole_steps(double off, double step) const {
    const double steps = std::abs(off) / step + loss_.rounding;
    if (!(steps < kMostSteps)) return 0;
    const auto whole = static_cast<std::int32_t>(steps);
    return off < 0 ? -whole : whole;
  }

  /// The elements as they will be read; returns those that are kept exactly.
  Words<Word> finish(std::span<std::uint8_t> decoded) {
    Words<Word> result(bits_.size()), kept;
    parts_.for_all([&](std::span<const T> values, std::size_t at) {
      for (const T value : values) {
        result[at] = bits_of<Word>(type_, value);
        if (!exact_[at]) exact_[at] = !is_held<Word>(type_, bits_[at], result[at], loss_.bound);
        if (exact_[at]) kept.push_back(result[at] = bits_[at]);
        ++at;
      }
    });
    store_elements<Word>(type_, result, decoded);
    return kept;
  }

  ElementType type_;
  const ArrayShape& shape_;
  const Loss& loss_;
  Words<Word> bits_;
  std::vector<T> numbers_;
  Bytes exact_;
  Parts<T> parts_;
  Guesses<T> guesses_;
  Wanted<T> wanted_;
};

}  // namespace

template <class Word>
bool write_levels(ElementType type, const ArrayShape& shape, ByteSpan data, const Loss& loss, ByteWriter& out,
                  std::span<std::uint8_t> decoded) {
  const LevelSteps steps = level_steps(loss);
  if (!steps.usable() || data.empty()) return false;
  Encoder<Word>(type, shape, data, loss).write(steps, out, decoded);
  return true;
}

template <class Word>
bool quantize_levels(ElementType type, const ArrayShape& shape, ByteSpan data, const Loss& loss,
                     std::span<std::uint8_t> decoded) {
  const LevelSteps steps = level_steps(loss);
  if (!steps.usable() || data.empty()) return false;
  Encoder<Word>(type, shape, data, loss).quantize(steps, decoded);
  return true;
}

#define DAYBREAK_INSTANTIATE(Word)                                                                                     \
  template bool quantize_levels<Word>(ElementType, const ArrayShape&, ByteSpan, const Loss&, std::span<std::uint8_t>); \
  template bool write_levels<Word>(ElementType, const ArrayShape&, ByteSpan, const Loss&, ByteWriter&,                 \
                                   std::span<std::uint8_t>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
