#include "libcore/scaling/queueing/abandonment.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "libcore/scaling/queueing/erlang.h"

namespace daybreak::scaling {
namespace {

/// Sums over the weights w(n) of the waiting states.
struct Weights {
  long double log_sum;  // the logarithm of the sum of all w(n)
  long double mean;     // sum of n w(n) over the sum of w(n)
};

/// log of w(n) = c^n / ((s+1)(s+2)...(s+n)).
long double log_weight(long double n, long double c, long double s) {
  return n == 0 ? 0 : n * std::log(c) - (std::lgamma(s + n + 1) - std::lgamma(s + 1));
}

/// w(n) with c = arrival_rate / patience_rate and s = k service_rate / patience_rate: the ratio of w(n) to w(n-1) is
/// c / (s + n), so the greatest is where s + n first exceeds c.
Weights sum_weights(long double c, long double s) {
  constexpr long double kSmall = std::numeric_limits<long double>::epsilon();
  const long double top = std::max(std::floor(c - s), 0.0L);
  // The mean is kept as an offset from the top, where it is small: n itself may be large.
  long double sum = 1, offset = 0, term = 1;
  for (long double n = top + 1;; ++n) {
    const long double ratio = c / (s + n);
    term *= ratio;
    sum += term;
    offset += (n - top) * term;
    if (ratio < 1 && term * (n - top + 1) < sum * (1 - ratio) * (1 - ratio) * kSmall) break;
  }
  term = 1;
  for (long double n = top; n > 0 && term > sum * kSmall * kSmall; --n) {
    term *= (s + n) / c;
    sum += term;
    offset -= (top - n + 1) * term;
  }
  return {std::log(sum) + log_weight(top, c, s), top + offset / sum};
}

}  // namespace

AbandonmentQueue::AbandonmentQueue(const ErlangA& model) : model_(model) {
  const long double capacity = static_cast<long double>(model.service_rate) * model.servers;
  const Weights weights = sum_weights(static_cast<long double>(model.arrival_rate) / model.patience_rate, capacity / model.patience_rate);
  log_sum_ = weights.log_sum;
  const long double blocked = erlang_b(model.servers, model.arrival_rate / model.service_rate);
  // With B of the same servers without a queue, the waiting states weigh B times their sum against 1 - B for the rest.
  waiting_ = 1 / (1 + (1 - blocked) / blocked * std::exp(-log_sum_));
  if (blocked == 0) waiting_ = 0;
  queue_mean_ = waiting_ * weights.mean;
}

double AbandonmentQueue::wait_tail(double t) const {
  const long double theta = model_.patience_rate, capacity = static_cast<long double>(model_.service_rate) * model_.servers;
  const long double c = model_.arrival_rate / theta, s = capacity / theta, left = std::exp(-theta * t);
  if (waiting_ == 0) return 0;
  // The integral of the density beyond t is its value at t times the same sum of weights for arrivals thinned by `left`.
  const long double rest = c * -std::expm1(-theta * t) - capacity * t + sum_weights(c * left, s).log_sum - log_sum_;
  return static_cast<double>(waiting_ * left * std::exp(std::min(rest, 0.0L)));
}

}  // namespace daybreak::scaling
