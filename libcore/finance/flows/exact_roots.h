#pragma once
// What rounding cannot decide: roots of payments at multiples of a common time, counted exactly.
#include <memory>
#include <vector>

#include "libcore/finance/flows/payment_sum.h"
#include "libcore/finance/flows/sturm.h"

namespace daybreak::finance {

/// One distinct root in y.
struct ExactRoot {
  long double y;
  bool multiple;
};

/// The exact count for one series of payments; the chain is built when it is first asked for.
class ExactRoots {
 public:
  explicit ExactRoots(const PaymentSum& sum);
  ~ExactRoots();

  /// False where the times have no common unit, or exact arithmetic would take over about ten seconds.
  bool possible() const { return !coefficients_.empty(); }
  /// The distinct roots in a stretch, ascending, each to 60 bits of exp(y). possible() must hold.
  std::vector<ExactRoot> roots_in(const Stretch& where);

 private:
  void bisect(Dyadic low, Dyadic high, int count, std::vector<ExactRoot>& roots) const;
  long double y_of(const Dyadic& x) const;

  std::vector<double> coefficients_;  // of x = exp(y * unit), from x^0
  long double unit_ = 1;
  std::unique_ptr<SturmChain> chain_;
};

}  // namespace daybreak::finance
