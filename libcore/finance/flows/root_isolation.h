#pragma once
// Where the roots of a sum of payments are: proved by bounds, not found by a search that starts somewhere.
#include <vector>

#include "libcore/finance/flows/payment_sum.h"

namespace daybreak::finance {

/// One place of y with roots, or perhaps with roots.
struct RootPlace {
  Stretch where;
  long double y;                 // the root, or the middle of a place where the number of roots is not certain
  bool one;                      // exactly one root, and a simple one; else p is so near 0 here that its sign is lost in rounding
  int sign_at_low, sign_at_high;  // of p; 0 where it is lost
};

/// All places with roots, ascending. The reach is halved until exp(time * y) is a polynomial of degree 28 to 1e-20 on each
/// stretch; there Bernstein's coefficients count: as many roots as changes of sign, or fewer by an even number (Descartes;
/// Lane and Riesenfeld, BIT 21, 1981), and de Casteljau's halving separates them. Bounds of all errors go along.
/// Payments at more than two thousand times are gathered on the way, so that the cost is about one pass over them for each
/// halving.
std::vector<RootPlace> isolate_roots(const PaymentSum& sum);

}  // namespace daybreak::finance
