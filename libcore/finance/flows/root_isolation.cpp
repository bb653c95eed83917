#include "libcore/finance/flows/root_isolation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "libcore/finance/flows/root_finding.h"

namespace daybreak::finance {
namespace {

constexpr long double kGrowth = 2;  // exponents stay within this on a stretch
constexpr int kDeepest = 60;        // halvings of a stretch: below that y itself has no more bits
constexpr long double kLost = 4;    // errors; where the curve stays within so many, its sign is lost

/// C(j, k) / C(degree, k): Bernstein's coefficients of s^k on [0, 1].
template <class Real, std::size_t kDegree>
const std::array<std::array<Real, kDegree + 1>, kDegree + 1>& bernstein_of_powers() {
  static const auto table = [] {
    std::array<std::array<Real, kDegree + 1>, kDegree + 1> all{};
    for (std::size_t j = 0; j <= kDegree; ++j) {
      Real ratio = 1;
      for (std::size_t k = 0; k <= j; ++k) {
        all[j][k] = ratio;
        ratio *= static_cast<Real>(j - k) / static_cast<Real>(kDegree - k);
      }
    }
    return all;
  }();
  return table;
}

/// The sum on a stretch as a polynomial in s = (y - low) / width, after division by an exponential that has no roots.
template <class Real, std::size_t kDegree>
struct Local {
  using Polynomial = std::array<Real, kDegree + 1>;

  Stretch where;
  Polynomial powers{}, bernstein{};
  Real error = 0;  // of any value, and of any of Bernstein's coefficients

  Local(const PaymentSum& sum, const Stretch& stretch);
  Real at(Real s) const {
    Real value = powers[kDegree];
    for (std::size_t k = kDegree; k-- > 0;) value = value * s + powers[k];
    return value;
  }
};

template <class Real, std::size_t kDegree>
Local<Real, kDegree>::Local(const PaymentSum& sum, const Stretch& stretch) : where(stretch) {
  const long double middle = (sum.terms.front().time + sum.terms.back().time) / 2, away = where.low - sum.origin;
  const Term& ruler = largest_at(sum, where.low);  // becomes 1
  Exponentials exponentials(away, ruler.time);
  Real size = 0;
  for (const Term& term : sum.terms) {
    const long double grown = exponentials.at(term.time) / ruler.size;
    const auto step = static_cast<Real>((term.time - middle) * where.width());
    auto power = static_cast<Real>(term.amount * grown);
    for (Real& sum_of_powers : powers) {
      sum_of_powers += power;
      power *= step;
    }
    size += static_cast<Real>(term.size * grown);
  }
  Real factorial = 1, remainder = 1;
  for (std::size_t k = 1; k <= kDegree; ++k) powers[k] /= factorial *= static_cast<Real>(k);
  for (std::size_t k = 1; k <= kDegree + 1; ++k) remainder *= static_cast<Real>(kGrowth) / static_cast<Real>(k);
  const auto farthest =
      static_cast<Real>(std::max(std::abs(sum.terms.front().time - ruler.time), std::abs(sum.terms.back().time - ruler.time)));
  const Real roundings =
      farthest * static_cast<Real>(std::abs(away)) + static_cast<Real>(sum.terms.size() + 4 * kDegree + Exponentials::kRoundings);
  error = size * std::exp(static_cast<Real>(kGrowth)) *
          (static_cast<Real>(sum.error) + remainder + roundings * std::numeric_limits<Real>::epsilon() / 2);
  for (std::size_t j = 0; j <= kDegree; ++j)
    for (std::size_t k = 0; k <= j; ++k) bernstein[j] += bernstein_of_powers<Real, kDegree>()[j][k] * powers[k];
}

/// What proves most stretches to be without a root, and what finds the roots in the others.
using Rough = Local<double, 16>;        // 2^17 / 17! is 4e-10
using Fine = Local<long double, 28>;    // 2^29 / 29! is 6e-23
constexpr std::size_t kDegree = 28;

bool surely_without_root(const Rough& rough) {
  const auto [least, largest] = std::minmax_element(rough.bernstein.begin(), rough.bernstein.end());
  return *least > rough.error || *largest < -rough.error;
}

/// Separates the roots of one local polynomial.
class Separation {
 public:
  using Polynomial = Fine::Polynomial;

  Separation(const Fine& local, std::vector<RootPlace>& places) : local_(local), places_(places) {}

  void run(const Polynomial& b, long double low, long double high, int depth) {
    const int most = most_changes(b);
    if (most == 0) return;
    if (most == 1) return add_simple(low, high, b.front() > 0);
    const auto [least, largest] = std::minmax_element(b.begin(), b.end());
    if (std::max(-*least, *largest) <= kLost * local_.error || depth == kDeepest) return add_lost(low, high, b);
    const auto [share, left, right] = halves(b);
    const long double middle = low + share * (high - low);
    run(left, low, middle, depth + 1);
    run(right, middle, high, depth + 1);
  }

 private:
  struct Halves {
    long double share;
    Polynomial left, right;
  };

  int sign(long double value) const { return std::abs(value) <= local_.error ? 0 : value > 0 ? 1 : -1; }

  /// The most changes of sign that the coefficients may have; 2 stands for "not at most 1".
  int most_changes(const Polynomial& b) const {
    const int first = sign(b.front()), last = sign(b.back());
    if (first == 0 || last == 0) return 2;
    // One change at most: certain signs up to a place, certain others from a place on, and in between whatever is certain of
    // neither, but of that at most one.
    std::size_t i = 0, j = b.size();
    while (i < b.size() && sign(b[i]) == first) ++i;
    if (i == b.size()) return 0;
    if (first == last) return 2;
    while (sign(b[j - 1]) == last) --j;
    return j - i <= 1 ? 1 : 2;
  }

  /// De Casteljau's algorithm, at a share where the sign of the curve is certain if there is one near the middle.
  Halves halves(const Polynomial& b) const {
    Halves best{};
    for (const long double share : {0.5L, 0.4375L, 0.5625L, 0.375L, 0.625L}) {
      best = split(b, share);
      if (sign(best.right.front()) != 0) break;
    }
    return best;
  }

  static Halves split(Polynomial b, long double share) {
    Halves result{share, {}, {}};
    for (std::size_t level = 0; level <= kDegree; ++level) {
      result.left[level] = b[0];
      result.right[kDegree - level] = b[kDegree - level];
      for (std::size_t i = 0; i + level < kDegree; ++i) b[i] += share * (b[i + 1] - b[i]);
    }
    return result;
  }

  long double y_of(long double s) const { return local_.where.low + s * local_.where.width(); }

  void add_simple(long double low, long double high, bool falls) {
    const auto value = [&](long double s) {
      // At the ends the sign is known; rounding may not contradict it.
      return s <= low    ? (falls ? 1.0L : -1.0L) * std::abs(local_.at(s))
             : s >= high ? (falls ? -1.0L : 1.0L) * std::abs(local_.at(s))
                         : local_.at(s);
    };
    places_.push_back({{y_of(low), y_of(high)}, y_of(root_between(value, low, high)), true, falls ? 1 : -1, falls ? -1 : 1});
  }

  void add_lost(long double low, long double high, const Polynomial& b) {
    places_.push_back({{y_of(low), y_of(high)}, y_of((low + high) / 2), false, sign(b.front()), sign(b.back())});
  }

  const Fine& local_;
  std::vector<RootPlace>& places_;
};

/// Where to cut a stretch. Rates near 0 concern all payments, and the farther from 0 the fewer of the first or last ones; so
/// the stretch around 0 is cut off first, then others of twice the width each. No cut is at 0, which is often a root.
long double cut(const Stretch& where, long double span) {
  const long double left = -251 / span, right = 256 / span;  // beyond, less than a quarter of even payments matters
  if (where.low < left && where.high > left) return left;
  if (where.low < right && where.high > right) return right;
  if (where.low > 0 && where.high > 4 * where.low) return 2 * where.low;
  if (where.high < 0 && where.low < 4 * where.high) return 2 * where.high;
  return (where.low + where.high) / 2;
}

void search(const PaymentSum& all, const Stretch& where, std::vector<RootPlace>& places) {
  const PaymentSum fewer = shortened(all, where);
  const PaymentSum& sum = fewer.terms.empty() ? all : fewer;
  if (sum.terms.size() < 2) return;
  if (sum.span() * where.width() <= 2 * kGrowth) {
    if (surely_without_root(Rough(sum, where))) return;
    const Fine local(sum, where);
    Separation(local, places).run(local.bernstein, 0, 1, 0);
    return;
  }
  const long double middle = cut(where, sum.span());
  search(sum, {where.low, middle}, places);
  search(sum, {middle, where.high}, places);
}

/// Neighbors whose sign is lost become one place.
std::vector<RootPlace> joined_places(const std::vector<RootPlace>& places) {
  std::vector<RootPlace> joined;
  for (const RootPlace& place : places) {
    if (joined.empty() || joined.back().one || place.one || joined.back().where.high != place.where.low) {
      joined.push_back(place);
      continue;
    }
    RootPlace& last = joined.back();
    last.where.high = place.where.high;
    last.sign_at_high = place.sign_at_high;
    last.y = (last.where.low + last.where.high) / 2;
  }
  return joined;
}

}  // namespace

std::vector<RootPlace> isolate_roots(const PaymentSum& sum) {
  std::vector<RootPlace> places;
  search(sum, reach_of_roots(sum), places);
  return joined_places(places);
}

}  // namespace daybreak::finance
