// Laws given that the value lies between two limits.
#include <algorithm>
#include <cmath>
#include <limits>

#include "libcore/finance/chance/distribution.h"
#include "libcore/finance/chance/listed_law.h"
#include "libcore/finance/chance/parameters.h"

namespace daybreak::finance {
namespace {

/// The integral over p in 0..1 of a function with weak singularities at the ends: double exponential quadrature (Takahasi and
/// Mori 1974), p = e / (1 + e) with e = exp(pi sinh t).
template <class F>
double integral_of_chances(F f) {
  constexpr double kStep = 1.0 / 32, kReach = 5, kPi = 3.14159265358979323846;
  double sum = 0;
  for (double t = -kReach; t <= kReach; t += kStep) {
    const double e = std::exp(-kPi * std::sinh(std::abs(t))), small = e / (1 + e), large = 1 / (1 + e);
    const Chance p = t < 0 ? Chance{small, large} : Chance{large, small};
    if (small > 0) sum += f(p) * small * large * kPi * std::cosh(t);
  }
  return sum * kStep;
}

/// The chance between two places, from the side that has its digits.
double between(Chance from, Chance to) {
  return from.below < 0.5 ? to.below - from.below : from.above - to.above;
}

std::string limit_text(double limit) {
  return std::isfinite(limit) ? io::Json(limit).dump() : limit < 0 ? "-infinity" : "infinity";
}

/// A law without steps, given that the value lies in low..high.
class Truncated : public Law {
 public:
  Truncated(Distribution whole, double low, double high)
      : whole_(std::move(whole)), low_(low), high_(high), first_(whole_.law().distribution(low)), last_(whole_.law().distribution(high)) {
    mean_ = integral_of_chances([&](Chance p) { return quantile(p); });
  }

  double quantile(Chance p) const override {
    const Chance inside{first_.below * p.above + last_.below * p.below, first_.above * p.above + last_.above * p.below};
    return std::clamp(whole_.law().quantile(inside), low_, high_);
  }
  Chance distribution(double x) const override {
    const Chance here = whole_.law().distribution(std::clamp(x, low_, high_));
    const double all = between(first_, last_);
    return {between(first_, here) / all, between(here, last_) / all};
  }
  double mean() const override { return mean_; }

 private:
  Distribution whole_;
  double low_, high_;
  Chance first_, last_;
  double mean_ = 0;
};

}  // namespace

Distribution truncated(const Distribution& whole, double low, double high) {
  require_law(low < high, "truncate", "a lower limit below the upper one", {low, high});
  const auto nothing = [&] {
    return data_error({}, "truncate: nothing of the distribution lies in " + limit_text(low) + " .. " + limit_text(high),
                      "its 1 % and 99 % quantiles are " + io::Json(whole.quantile(0.01)).dump() + " and " +
                          io::Json(whole.quantile(0.99)).dump());
  };
  if (const auto* listed = dynamic_cast<const ListedLaw*>(&whole.law())) {
    auto law = listed->within(low, high);
    if (!law) throw nothing();
    return Distribution(std::move(law));
  }
  if (whole.is_constant()) throw data_error({}, "truncate: a constant has nothing to cut off");
  constexpr double kLeast = 1e-290;  // below it chances have lost their digits
  if (!(between(whole.law().distribution(low), whole.law().distribution(high)) > kLeast)) throw nothing();
  return Distribution(std::make_shared<Truncated>(whole, low, high));
}

}  // namespace daybreak::finance
