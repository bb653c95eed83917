#include "libcore/finance/flows/payment_sum.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>

namespace daybreak::finance {
namespace {

constexpr double kNegligible = 60;            // exp(-60) is 9e-27: far below the rounding of a sum
constexpr std::size_t kNodes = 12;            // payments that stand for those of one short time
constexpr long double kShortTime = 0.8L;      // short: times the stretch's width; (0.8/8)^12 / 12! is 2e-21
constexpr long double kGathered = 64;         // roundings of a double in a payment that stands for others
constexpr long double kFewer = 16;            // times fewer terms, to be worth gathering
constexpr std::size_t kFewTerms = 2048;       // not worth gathering
constexpr std::size_t kSampled = 64;          // terms to take a large one from

/// True where all terms together are less than twice `ruler` at y.
bool rules(const Term& ruler, const PaymentSum& sum, long double y) {
  double others = -1;  // the ruler itself
  for (const Term& term : sum.terms) {
    const double log_share = term.log_size - ruler.log_size + static_cast<double>((term.time - ruler.time) * y);
    if (log_share > -kNegligible) others += std::exp(std::min(log_share, 1.0));
    if (others >= 0.99) return false;
  }
  return true;
}

/// Chebyshev's polynomials T_0 .. T_11 at u.
template <class Real>
std::array<Real, kNodes> chebyshev(Real u) {
  std::array<Real, kNodes> t{1, u};
  for (std::size_t k = 2; k < kNodes; ++k) t[k] = 2 * u * t[k - 1] - t[k - 2];
  return t;
}

/// T_k at node j of the first kind, cos(pi (j + 1/2) / 12).
const std::array<std::array<long double, kNodes>, kNodes>& chebyshev_at_nodes() {
  static const auto table = [] {
    std::array<std::array<long double, kNodes>, kNodes> all{};
    for (std::size_t j = 0; j < kNodes; ++j)
      all[j] = chebyshev(std::cos(std::numbers::pi_v<long double> * (static_cast<long double>(kNodes - j) - 0.5L) / kNodes));
    return all;
  }();
  return table;
}

/// Adds the payments of one short time, given by their moments sum(amount * T_k), as twelve payments.
void add_nodes(std::vector<Term>& terms, const std::array<double, kNodes>& moments, double size, long double middle,
               long double half) {
  if (!(size > 0)) return;
  const double log_size = std::log(size / kNodes);
  for (const auto& node : chebyshev_at_nodes()) {
    long double amount = moments[0];
    for (std::size_t k = 1; k < kNodes; ++k) amount += 2 * moments[k] * node[k];
    terms.push_back({middle + node[1] * half, amount / kNodes, size / kNodes, log_size});
  }
}

void set_log_range(PaymentSum& sum) {
  if (sum.terms.empty()) return;
  const auto smaller = [](const Term& a, const Term& b) { return a.log_size < b.log_size; };
  const auto [least, largest] = std::minmax_element(sum.terms.begin(), sum.terms.end(), smaller);
  sum.log_range = largest->log_size - least->log_size;
}

/// The largest at y of some terms, the first and the last among them.
const Term& large_at(const PaymentSum& sum, long double y) {
  const long double away = y - sum.origin;
  const Term* best = &sum.terms.back();
  for (std::size_t i = 0, step = sum.terms.size() / kSampled + 1; i < sum.terms.size(); i += step) {
    const Term& term = sum.terms[i];
    if (term.log_size - best->log_size + (term.time - best->time) * away > 0) best = &term;
  }
  return *best;
}

/// Tells which terms are negligible everywhere in a stretch, by comparison with three large ones.
class Negligible {
 public:
  Negligible(const PaymentSum& sum, const Stretch& where)
      : first_(sum.terms.front().time),
        low_(static_cast<double>(where.low - sum.origin)),
        high_(static_cast<double>(where.high - sum.origin)) {
    const std::array<long double, 3> places{where.low, (where.low + where.high) / 2, where.high};
    for (std::size_t i = 0; i < places.size(); ++i) {
      const Term& large = large_at(sum, places[i]);
      rulers_[i] = {static_cast<double>(large.time - first_), large.log_size};
    }
  }

  bool operator()(const Term& term) const {
    const auto time = static_cast<double>(term.time - first_);
    // The logarithm of a ratio of two terms is linear in y: small at both ends, it is small between them.
    return std::any_of(rulers_.begin(), rulers_.end(), [&](const Ruler& ruler) {
      const double size = term.log_size - ruler.log_size, later = time - ruler.time;
      return std::max(size + later * low_, size + later * high_) < -kNegligible;
    });
  }

 private:
  struct Ruler {
    double time, log_size;
  };
  long double first_;
  double low_, high_;
  std::array<Ruler, 3> rulers_{};
};

/// The terms that are not negligible everywhere in the stretch; no terms where too few are to be worth a copy.
PaymentSum terms_that_matter(const PaymentSum& sum, const Stretch& where) {
  const Negligible negligible(sum, where);
  const auto gone = static_cast<std::size_t>(std::count_if(sum.terms.begin(), sum.terms.end(), negligible));
  PaymentSum kept;
  if (gone == 0 || (sum.terms.size() >= kFewTerms && gone < sum.terms.size() / 2)) return kept;
  kept.origin = sum.origin;
  kept.terms.reserve(sum.terms.size() - gone);
  std::remove_copy_if(sum.terms.begin(), sum.terms.end(), std::back_inserter(kept.terms), negligible);
  set_log_range(kept);
  kept.error = sum.error + static_cast<long double>(gone) * std::exp(-static_cast<long double>(kNegligible));
  return kept;
}

/// The payments of short times by twelve each.
PaymentSum gathered(const PaymentSum& sum, const Stretch& where) {
  const long double time = kShortTime / where.width();
  PaymentSum few;
  few.origin = (where.low + where.high) / 2;
  few.terms.reserve(kNodes * static_cast<std::size_t>(sum.span() / time + 2));
  const long double first = sum.terms.front().time, move = few.origin - sum.origin;
  const Term& ruler = largest_at(sum, few.origin);
  Exponentials exponentials(move, ruler.time);
  for (std::size_t i = 0; i < sum.terms.size();) {
    const long double begin = first + std::floor((sum.terms[i].time - first) / time) * time, middle = begin + time / 2;
    std::array<double, kNodes> moments{};
    double size = 0;
    do {
      const Term& term = sum.terms[i];
      const long double grown = exponentials.at(term.time) / ruler.size;
      const auto amount = static_cast<double>(term.amount * grown);
      size += static_cast<double>(term.size * grown);
      const auto t = chebyshev(static_cast<double>((term.time - middle) / (time / 2)));
      for (std::size_t k = 0; k < kNodes; ++k) moments[k] += amount * t[k];
    } while (++i < sum.terms.size() && sum.terms[i].time < begin + time);
    add_nodes(few.terms, moments, size, middle, time / 2);
  }
  set_log_range(few);
  few.error = sum.error + kGathered * std::numeric_limits<double>::epsilon();
  return few;
}

bool worth_gathering(const PaymentSum& sum, const Stretch& where) {
  const long double short_times = sum.span() * where.width() / kShortTime + 1;
  return sum.terms.size() >= kFewTerms && kFewer * kNodes * short_times <= static_cast<long double>(sum.terms.size());
}

}  // namespace

const Term& largest_at(const PaymentSum& sum, long double y) {
  const long double away = y - sum.origin;
  const Term* best = &sum.terms.front();
  for (const Term& term : sum.terms)
    if (term.log_size - best->log_size + (term.time - best->time) * away > 0) best = &term;
  return *best;
}

PaymentSum payment_sum(const CashFlows& flows) {
  PaymentSum sum;
  sum.terms.reserve(flows.flows.size());
  for (const CashFlow& flow : flows.flows)
    if (flow.amount != 0) sum.terms.push_back({flow.time, flow.amount, std::abs(flow.amount), std::log(std::abs(flow.amount))});
  set_log_range(sum);
  return sum;
}

Stretch reach_of_roots(const PaymentSum& sum) {
  // Starting points without a simple relation to any rate of interest, so that no border ever falls on one.
  Stretch reach{-0.7390851332L / sum.span(), 0.6180339887L / sum.span()};
  while (!rules(sum.terms.front(), sum, reach.low)) reach.low *= 4;
  while (!rules(sum.terms.back(), sum, reach.high)) reach.high *= 4;
  return reach;
}

PaymentSum shortened(const PaymentSum& sum, const Stretch& where) {
  if (worth_gathering(sum, where)) return gathered(sum, where);
  if (sum.log_range + sum.span() * std::max(std::abs(where.low - sum.origin), std::abs(where.high - sum.origin)) < kNegligible) return {};
  PaymentSum fewer = terms_that_matter(sum, where);
  return !fewer.terms.empty() && worth_gathering(fewer, where) ? gathered(fewer, where) : fewer;
}

}  // namespace daybreak::finance
