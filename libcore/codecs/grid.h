#pragma once
// The grids of grid_map.h: which numbers they hold, and in which order.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

namespace daybreak::codecs {

constexpr unsigned kMostDecimals = 22;  // 10^22 is the largest power of ten that binary64 holds
constexpr unsigned kMostDigits = 17;

inline constexpr std::array<double, kMostDecimals + 1> kPowersOfTen{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// The float type whose bits a Word holds.
template <class Word>
using Float = std::conditional_t<sizeof(Word) == 8, double, float>;

struct Grid {
  unsigned digits = 1;    // 1 to kMostDigits
  unsigned decimals = 0;  // 0 to kMostDecimals
  std::uint64_t divisor = 1;
};

/// The whole number nearest to one that is not negative; halves go up.
inline std::uint64_t nearest_whole(double number) {
  const double raised = number + 0.5;
  return static_cast<std::uint64_t>(raised);
}

/// A grid ready for use.
template <class Word>
class GridPlaces {
 public:
  explicit GridPlaces(const Grid& grid) : digits_(grid.digits), decimals_(grid.decimals) {
    lead_ = 1;
    for (unsigned i = 1; i < grid.digits; ++i) lead_ *= 10;
    decade_ = 9 * lead_;
    // Exact for the numbers that the encoder admits; any number for others, which the checksum finds.
    shift_ = kPlaceBits + static_cast<unsigned>(std::bit_width(std::min(decade_, kMostDecade) - 1));
    reciprocal_ = (std::uint64_t{1} << shift_) / decade_ + 1;
    for (unsigned e = 0; e <= decimals_; ++e)
      scales_[e] = static_cast<double>(grid.divisor) * kPowersOfTen[decimals_ - e];
  }

  /// All places fit half the range of a Word.
  bool fits() const {
    const std::uint64_t limit = std::uint64_t{1} << (8 * sizeof(Word) - 2);
    return decade_ <= limit / (decimals_ + 2);
  }

  /// The number at a place.
  Float<Word> at(Word place) const {
    const Word lead = static_cast<Word>(lead_), decade = static_cast<Word>(decade_);
    const Word above = std::max(place, lead) - lead;  // no branch: signs and sizes are as they come
    const Word e = std::min<Word>(decades(above), decimals_);
    const auto number = static_cast<std::make_signed_t<Word>>(place - decade * e);
    return static_cast<Float<Word>>(static_cast<double>(number) / scales_[e]);
  }

  /// The place of a number without its sign; nothing where the grid does not hold it.
  std::optional<Word> find(Float<Word> magnitude) const {
    const double wide = static_cast<double>(magnitude);
    for (unsigned e = 0; e <= decimals_; ++e) {
      const double scaled = wide * scales_[e];
      if (!(scaled < static_cast<double>(lead_) * 10)) continue;
      const auto nearest = nearest_whole(scaled);
      if (nearest >= lead_ * 10 || (e > 0 && nearest < lead_)) continue;
      const auto place = static_cast<Word>(nearest + decade_ * e);
      if (std::bit_cast<Word>(at(place)) == std::bit_cast<Word>(magnitude)) return place;
      return {};
    }
    return {};
  }

 private:
  /// Of 4 bytes places are below 2^31, so that a product with the reciprocal is exact enough for their quotient.
  static constexpr unsigned kPlaceBits = 31;
  static constexpr std::uint64_t kMostDecade = std::uint64_t{1} << 30;

  Word decades(Word places) const {
    if constexpr (sizeof(Word) == 4) return static_cast<Word>(places * reciprocal_ >> shift_);
    return places / static_cast<Word>(decade_);
  }

  unsigned digits_, decimals_, shift_;
  std::uint64_t lead_, decade_, reciprocal_;
  std::array<double, kMostDecimals + 1> scales_{};
};

/// The grid that holds these numbers at the least cost; nothing where none pays.
template <class Word>
std::optional<Grid> choose_grid(std::span<const Word> bits);

}  // namespace daybreak::codecs
