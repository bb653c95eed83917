#pragma once
// The distribution function of the beta law.
#include "libcore/finance/chance/law.h"

namespace daybreak::finance {

/// The beta law on 0..1 with its constant worked out. a, b within 1e-6 .. 1e6.
class IncompleteBeta {
 public:
  IncompleteBeta(double a, double b);

  struct Point {
    Chance chance;   // I_x(a, b), the regularized incomplete beta function, and 1 - I_x(a, b)
    double density;  // its derivative by x
  };
  /// By the continued fraction of DLMF 8.17.22 (modified Lentz). x and y = 1 - x within 0..1, both given for their digits.
  Point at(double x, double y) const;
  /// The x below 1/2 with these chances, which must be those of some; 1e-14 relative, 0 where it is below the doubles. `guess` is
  /// where to begin; Halley's steps within a bracket.
  double lower_half_inverse(Chance p, double guess) const;
  /// What x^a / (a B(a, b)), the beginning of the series of I_x(a, b), says of the x for a small chance.
  double near_zero(double below) const;

 private:
  double a_, b_, log_beta_;
};

}  // namespace daybreak::finance
