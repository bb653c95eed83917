#pragma once
// Erlang A, M/M/k+M: customers of exponential patience leave the queue unserved.
#include <cstdint>

namespace daybreak::scaling {

/// Rates per second; patience_rate is 1 over the mean patience. All above 0.
struct ErlangA {
  double arrival_rate, service_rate;
  std::int64_t servers;
  double patience_rate;
};

/// The state in the long run of M/M/k+M, from the sums over its waiting states n = 0, 1, ... of
/// w(n) = product over i = 1..n of arrival_rate / (k service_rate + i patience_rate), all terms of one sign. They are summed
/// from the greatest on, both ways, so that overload does not overflow. C. Palm, "Research on telephone traffic carried by
/// full availability groups", 1957; O. Garnett, A. Mandelbaum, M. Reiman, "Designing a call center with impatient
/// customers", 2002. Cost: O(sqrt(arrival_rate / patience_rate)).
class AbandonmentQueue {
 public:
  explicit AbandonmentQueue(const ErlangA& model);

  /// Share of arrivals that find every server busy.
  double wait_probability() const { return static_cast<double>(waiting_); }
  /// Share of arrivals that leave unserved.
  double abandoned_share() const { return static_cast<double>(model_.patience_rate * queue_mean_ / model_.arrival_rate); }
  /// Customers in the queue, on average.
  double queue_mean() const { return static_cast<double>(queue_mean_); }
  /// Seconds in the queue, on average over all arrivals, served or gone (Little's law).
  double wait_mean_s() const { return static_cast<double>(queue_mean_ / model_.arrival_rate); }
  /// Share of arrivals that are in the queue for more than t seconds, until they are served or leave: the patience outlasts
  /// t, and so would the wait of a customer who never leaves, whose density on t > 0 is proportional to
  /// exp(arrival_rate / patience_rate (1 - exp(-patience_rate t)) - k service_rate t).
  double wait_tail(double t) const;

 private:
  ErlangA model_;
  long double log_sum_;     // of all w(n)
  long double waiting_ = 0, queue_mean_ = 0;
};

}  // namespace daybreak::scaling
