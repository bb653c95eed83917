#include "libcore/finance/flows/exact_roots.h"

#include <array>
#include <cmath>
#include <numeric>
#include <optional>

namespace daybreak::finance {
namespace {

constexpr double kMostOperations = 1e10;
constexpr int kBits = 62;           // of a place on the axis
constexpr int kNarrow = 3;          // in units of the last of these bits: two ends so near are one place
constexpr double kMostPeriods = 1e6;

/// The greatest time of which all times are multiples, among the whole, the halves, ... and the days of a year.
std::optional<std::vector<std::int64_t>> multiples(const PaymentSum& sum, double parts) {
  std::vector<std::int64_t> result;
  for (const Term& term : sum.terms) {
    const double time = static_cast<double>(term.time), count = std::round(time * parts);
    if (std::abs(count) > kMostPeriods || count / parts != time) return std::nullopt;
    result.push_back(static_cast<std::int64_t>(count));
  }
  return result;
}

Dyadic dyadic(long double value, bool up) {
  int exponent = 0;
  const long double mantissa = std::ldexp(std::frexp(value, &exponent), kBits);
  return {static_cast<std::int64_t>(up ? std::ceil(mantissa) : std::floor(mantissa)), exponent - kBits};
}

}  // namespace

ExactRoots::ExactRoots(const PaymentSum& sum) {
  for (const double parts : std::array<double, 5>{1, 2, 4, 360, 365}) {
    const auto counts = multiples(sum, parts);
    if (!counts) continue;
    std::int64_t common = 0;
    for (const std::int64_t count : *counts) common = std::gcd(common, count - counts->front());
    std::vector<double> dense(static_cast<std::size_t>((counts->back() - counts->front()) / common) + 1);
    for (std::size_t i = 0; i < counts->size(); ++i)
      dense[static_cast<std::size_t>(((*counts)[i] - counts->front()) / common)] = static_cast<double>(sum.terms[i].amount);
    unit_ = static_cast<long double>(common) / parts;
    if (sturm_cost(dense) <= kMostOperations) coefficients_ = std::move(dense);
    return;
  }
}

ExactRoots::~ExactRoots() = default;

long double ExactRoots::y_of(const Dyadic& x) const {
  return std::log(std::ldexp(static_cast<long double>(x.mantissa), x.exponent)) / unit_;
}

void ExactRoots::bisect(Dyadic low, Dyadic high, int count, std::vector<ExactRoot>& roots) const {
  while (count > 0) {
    if (high.mantissa - low.mantissa <= kNarrow) {
      // A simple root changes the sign; several roots so near each other are simple ones, unless the sign stays.
      const bool multiple = count == 1 && chain_->sign_at(low) == chain_->sign_at(high);
      Dyadic place = low;
      while (place.mantissa < high.mantissa && chain_->sign_at(place) != 0) ++place.mantissa;  // it may be a root exactly, such as 1
      roots.insert(roots.end(), static_cast<std::size_t>(count), {y_of(place), multiple});
      return;
    }
    Dyadic middle{low.mantissa + (high.mantissa - low.mantissa) / 2, low.exponent};
    if (chain_->is_multiple_root(middle)) ++middle.mantissa;  // nothing can be counted up to there
    const int left = chain_->roots_between(low, middle);
    if (left > 0 && left < count) bisect(low, middle, left, roots);
    if (left < count) {
      low = middle;
      count -= left;
    } else {
      high = middle;
    }
  }
}

std::vector<ExactRoot> ExactRoots::roots_in(const Stretch& where) {
  if (!chain_) chain_ = std::make_unique<SturmChain>(coefficients_);
  Dyadic low = dyadic(std::exp(where.low * unit_), false), high = dyadic(std::exp(where.high * unit_), true);
  // Both ends by one exponent, the smaller one's: differences then are differences of mantissas.
  std::vector<ExactRoot> roots;
  if (high.exponent > low.exponent) {
    const int shift = high.exponent - low.exponent;
    low.mantissa >>= shift;
    low.exponent = high.exponent;
  }
  bisect(low, high, chain_->roots_between(low, high), roots);
  return roots;
}

}  // namespace daybreak::finance
