#include "libcore/codecs/features.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <optional>
#include <vector>

#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/feature_counts.h"
#include "libcore/codecs/grid.h"
#include "libcore/codecs/median.h"
#include "libcore/codecs/order_map.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kRuns = 16, kRunLength = 256;
constexpr std::size_t kQuarters = 4;
constexpr std::size_t kFewColumns = 64, kProbedColumns = 8, kProbedRows = 512;

/// A chunk, and the places in it that are looked at.
template <class Word>
class Probe {
 public:
  Probe(ElementType type, std::span<const std::uint64_t> shape, ByteSpan data)
      : type_(type), info_(element_info(type)), data_(data), lies_(array_shape(shape, data.size() / info_.bytes)) {
    choose_places();
    for (const std::size_t i : places_) bits_.push_back(load(i));
    for (const Word bits : bits_) ordered_.push_back(to_ordered(type_, bits));
    base_ = *std::min_element(ordered_.begin(), ordered_.end());
    for (const Word value : ordered_) step_ = std::gcd(step_, static_cast<Word>(value - base_));
    step_ = std::max<Word>(step_, 1);
    for (Word& value : ordered_) value = static_cast<Word>(value - base_) / step_;
  }

  Features measure() {
    measure_shape();
    measure_order();
    measure_grid();
    measure_repeats();
    measure_signs();
    measure_bytes();
    measure_places();
    return features_;
  }

 private:
  std::int16_t& of(Feature feature) { return features_.of(feature); }

  void choose_places() {
    const std::size_t count = lies_.count;
    if (count <= kRuns * kRunLength) {
      places_.resize(count);
      std::iota(places_.begin(), places_.end(), std::size_t{0});
      return;
    }
    for (std::size_t run = 0; run < kRuns; ++run)
      for (std::size_t i = 0; i < kRunLength; ++i)
        places_.push_back((count - kRunLength) / (kRuns - 1) * run + i);
  }

  Word load(std::size_t i) const {
    Word word = 0;
    with_element<Word>(info_.bytes, [&](auto element) {
      word = load_little<decltype(element)>(data_.data() + i * sizeof element);
    });
    return word;
  }

  Word value(std::size_t i) const {
    const Word above = static_cast<Word>(to_ordered(type_, load(i)) - base_);
    return step_ == 1 ? above : above / step_;
  }

  Word folded(Word bits) const {
    if (info_.kind == NumberKind::plain) return bits;
    const unsigned width = 8u * info_.bytes;
    const Word sign = bits >> (width - 1) & 1, rest = static_cast<Word>(bits & ((Word{1} << (width - 1)) - 1));
    if (info_.kind == NumberKind::real) return static_cast<Word>(rest << 1 | sign);
    return sign ? static_cast<Word>(((Word{1} << (width - 1)) - 1 - rest) << 1 | 1) : static_cast<Word>(rest << 1);
  }

  void measure_shape() {
    of(Feature::kind) = static_cast<std::int16_t>(info_.kind);
    of(Feature::element_bits) = static_cast<std::int16_t>(8 * info_.bytes);
    of(Feature::dimensions) = static_cast<std::int16_t>(1 + (lies_.row > 0) + (lies_.plane > 0));
    of(Feature::log_count) = log_feature(lies_.count);
    of(Feature::log_row) = log_feature(lies_.row);
    of(Feature::log_plane) = log_feature(lies_.plane);
    of(Feature::log_last) = log_feature(lies_.last);
  }

  /// The magnitudes that a guess leaves at the places looked at.
  template <class At, class Guess>
  Words<Word> residuals(At at, Guess guess) const {
    Words<Word> found;
    found.reserve(places_.size());
    for (const std::size_t i : places_) found.push_back(zigzag(static_cast<Word>(at(i) - guess(i))));
    return found;
  }

  template <class At>
  Words<Word> differences(At at, std::size_t distance) const {
    return residuals(at, [&](std::size_t i) { return i < distance ? Word{0} : at(i - distance); });
  }

  template <class At>
  Words<Word> median_residuals(At at) const {
    const std::size_t row = lies_.row;
    return residuals(at, [&](std::size_t i) {
      if (i < row) return i == 0 ? Word{0} : at(i - 1);
      return i % row == 0 ? at(i - row) : median_guess(at(i - 1), at(i - row), at(i - row - 1));
    });
  }

  template <class At>
  Words<Word> lorenzo_residuals(At at) const {
    const auto corner = [&](std::size_t i, std::size_t back) { return i < back ? Word{0} : at(i - back); };
    return residuals(at, [&](std::size_t i) {
      const std::size_t row = lies_.row, plane = lies_.plane;
      return static_cast<Word>(corner(i, 1) + corner(i, row) + corner(i, plane) - corner(i, row + 1) -
                               corner(i, plane + 1) - corner(i, plane + row) + corner(i, plane + row + 1));
    });
  }

  /// The differences to that neighbor, of those before, above and deep, that leaves the least.
  template <class At>
  Words<Word> best_differences(At at) const {
    Words<Word> best = differences(at, 1);
    for (const std::size_t distance : {lies_.row, lies_.plane}) {
      if (distance < 2) continue;
      Words<Word> other = differences(at, distance);
      if (magnitude_feature<Word>(other) < magnitude_feature<Word>(best)) best.swap(other);
    }
    return best;
  }

  /// What the predictions leave of values in order, or of places on a grid. Where an array has no rows or planes, what
  /// would stand for them is what the next simpler prediction leaves.
  template <class At>
  void measure_predictions(At at, Feature delta, Feature delta_context, Feature median, Feature median_context) {
    const Words<Word> deltas = best_differences(at);
    of(delta) = magnitude_feature<Word>(deltas);
    of(delta_context) = context_feature<Word>(deltas);
    const Words<Word> medians = lies_.row > 0 ? median_residuals(at) : deltas;
    of(median) = magnitude_feature<Word>(medians);
    of(median_context) = context_feature<Word>(medians);
  }

  void measure_order() {
    const auto at = [this](std::size_t i) { return value(i); };
    of(Feature::density) = density_feature<Word>(ordered_);
    measure_predictions(at, Feature::delta, Feature::delta_context, Feature::median, Feature::median_context);
    of(Feature::before) = magnitude_feature<Word>(differences(at, 1));
    of(Feature::delta2) = magnitude_feature<Word>(residuals(at, [&](std::size_t i) {
      return i < 2 ? Word{0} : static_cast<Word>(2 * at(i - 1) - at(i - 2));
    }));
    of(Feature::delta3) = magnitude_feature<Word>(residuals(at, [&](std::size_t i) {
      return i < 3 ? Word{0} : static_cast<Word>(3 * at(i - 1) - 3 * at(i - 2) + at(i - 3));
    }));
    of(Feature::lorenzo) = lies_.plane > 0 ? magnitude_feature<Word>(lorenzo_residuals(at)) : of(Feature::median);
    Words<Word> magnitudes;
    for (const Word bits : bits_) magnitudes.push_back(folded(bits));
    of(Feature::folded) = magnitude_feature<Word>(magnitudes);
    of(Feature::folded_context) = context_feature<Word>(magnitudes);
  }

  void measure_grid() {
    of(Feature::grid_lost) = 1024;
    of(Feature::grid_density) = of(Feature::density);
    of(Feature::grid_delta) = of(Feature::delta);
    of(Feature::grid_delta_context) = of(Feature::delta_context);
    of(Feature::grid_median) = of(Feature::median);
    of(Feature::grid_median_context) = of(Feature::median_context);
    if (type_ != ElementType::f32 && type_ != ElementType::f64) return;
    const std::optional<Grid> grid = choose_grid<Word>(bits_);
    if (!grid) return;
    const GridPlaces<Word> places(*grid);
    constexpr Word kMiddle = Word{1} << (8 * sizeof(Word) - 1);
    const auto find = [&](Word bits) -> std::optional<Word> {
      const auto place = places.find(std::bit_cast<Float<Word>>(static_cast<Word>(bits & ~kMiddle)));
      if (!place) return {};
      return static_cast<Word>(bits & kMiddle ? kMiddle - *place : kMiddle + *place);
    };
    const auto at = [&](std::size_t i) {
      if (const auto place = find(load(i))) return *place;
      return i == 0 ? kMiddle : find(load(i - 1)).value_or(kMiddle);
    };
    Words<Word> held;
    for (const Word bits : bits_)
      if (const auto place = find(bits)) held.push_back(*place);
    of(Feature::grid_lost) = share_feature(bits_.size() - held.size(), bits_.size());
    if (held.empty()) return;
    of(Feature::grid_density) = density_feature<Word>(held);
    measure_predictions(at, Feature::grid_delta, Feature::grid_delta_context, Feature::grid_median,
                        Feature::grid_median_context);
  }

  void measure_repeats() {
    std::size_t equal = 0;
    DistinctCounter ones, pairs, fours;
    std::array<std::uint64_t, 4> last{};
    for (std::size_t i = 0; i < lies_.count; ++i) {
      const std::uint64_t bits = load(i);
      equal += i > 0 && bits == last[0];
      last = {bits, last[0], last[1], last[2]};
      ones.add(scatter_bits(bits));
      const std::uint64_t pair = scatter_bits(bits ^ scatter_bits(last[1]));
      pairs.add(pair);
      fours.add(scatter_bits(pair ^ scatter_bits(last[2] ^ scatter_bits(last[3]))));
    }
    of(Feature::equal_before) = share_feature(equal, lies_.count);
    of(Feature::distinct) = ones.feature(lies_.count);
    of(Feature::distinct_pairs) = pairs.feature(lies_.count);
    of(Feature::distinct_fours) = fours.feature(lies_.count);
    const ValueCounts counts = count_values<Word>(bits_);
    of(Feature::frequency) = counts.entropy;
    of(Feature::most_frequent) = share_feature(counts.most, bits_.size());
    of(Feature::matches) = match_feature(data_, 4);
    of(Feature::long_matches) = match_feature(data_, 16);
  }

  void measure_signs() {
    const Word sign = info_.kind == NumberKind::plain ? 0 : Word{1} << (8 * info_.bytes - 1);
    const auto share = [&](auto is) {
      return share_feature(static_cast<std::size_t>(std::count_if(bits_.begin(), bits_.end(), is)), bits_.size());
    };
    of(Feature::zero) = share([&](Word bits) { return (bits & ~sign) == 0; });
    of(Feature::negative) = share([&](Word bits) { return (bits & sign) != 0; });
    if (const Word infinite = infinity(); infinite != 0)
      of(Feature::strange) = share([&](Word bits) { return (bits & infinite) == infinite; });
  }

  /// The bits of infinity; 0 where a type has none.
  Word infinity() const {
    switch (type_) {
      case ElementType::f16:
        return 0x7C00;
      case ElementType::bf16:
        return 0x7F80;
      case ElementType::f32:
        return 0x7F800000;
      case ElementType::f64:
        return static_cast<Word>(std::uint64_t{0x7FF} << 52);
      default:
        return 0;
    }
  }

  void measure_bytes() {
    const std::array features{Feature::top_byte, Feature::second_byte, Feature::third_byte};
    const Word largest = *std::max_element(ordered_.begin(), ordered_.end());
    const unsigned bytes = (static_cast<unsigned>(std::bit_width(largest)) + 7) / 8;
    for (unsigned b = 0; b < bytes; ++b) {
      const std::int16_t entropy = byte_feature<Word>(ordered_, 8 * (bytes - 1 - b));
      if (b < features.size()) of(features[b]) = entropy;
      of(Feature::lowest_byte) = entropy;
    }
  }

  void measure_places() {
    std::int32_t quarters = 0;
    const std::size_t length = ordered_.size() / kQuarters;
    for (std::size_t q = 0; q < kQuarters && length > 0; ++q)
      quarters += density_feature<Word>(std::span(ordered_).subspan(q * length, length));
    if (length > 0)
      of(Feature::drift) = static_cast<std::int16_t>(of(Feature::density) - quarters / static_cast<int>(kQuarters));

    std::vector<std::uint32_t> ranks = ranks_of<Word>(ordered_), scales, columns, rows;
    for (std::size_t k = 0; k < places_.size(); ++k) {
      scales.push_back(static_cast<std::uint32_t>(std::bit_width(folded(bits_[k]))));
      columns.push_back(static_cast<std::uint32_t>(places_[k] % std::max<std::size_t>(1, lies_.last)));
      rows.push_back(static_cast<std::uint32_t>(k / 16));
    }
    of(Feature::row_scale) = explained_feature(rows, scales);
    of(Feature::column_density) = of(Feature::density);
    if (lies_.row == 0) return;
    of(Feature::column_spread) = explained_feature(columns, ranks);
    of(Feature::column_scale) = explained_feature(columns, scales);
    if (lies_.last <= kFewColumns) of(Feature::column_density) = mean_column_density();
  }

  /// Of some columns, by values spread over them.
  std::int16_t mean_column_density() const {
    const std::size_t rows = lies_.count / lies_.last, probed = std::min(lies_.last, kProbedColumns);
    const std::size_t looked_at = std::min(rows, kProbedRows);
    std::int32_t sum = 0;
    for (std::size_t c = 0; c < probed; ++c) {
      Words<Word> column;
      for (std::size_t r = 0; r < looked_at; ++r)
        column.push_back(value(rows * r / looked_at * lies_.last + lies_.last * c / probed));
      sum += density_feature<Word>(column);
    }
    return static_cast<std::int16_t>(sum / static_cast<int>(probed));
  }

  ElementType type_;
  ElementInfo info_;
  ByteSpan data_;
  ArrayShape lies_;
  std::vector<std::size_t> places_;
  Words<Word> bits_, ordered_;  // of the places: as they are, and as `value` gives them
  Word base_ = 0, step_ = 0;
  Features features_;
};

}  // namespace

Features measure_features(ElementType type, std::span<const std::uint64_t> shape, ByteSpan data) {
  return element_info(type).bytes == 8 ? Probe<std::uint64_t>(type, shape, data).measure()
                                       : Probe<std::uint32_t>(type, shape, data).measure();
}

}  // namespace daybreak::codecs
