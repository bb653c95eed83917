#pragma once
// k servers before one queue: how long arrivals wait, under the model that the numbers call for.
#include <cstdint>
#include <optional>
#include <string_view>

namespace daybreak::scaling {

/// Rates per second and per server. Squared coefficients of variation are variance over squared mean: 1 for exponential, 0
/// for constant times. With a patience both must be 1: there is no formula for the other cases here.
struct QueueModel {
  double arrival_rate = 0, service_rate = 0;
  double scv_arrivals = 1, scv_service = 1;
  std::optional<double> patience_s = std::nullopt;  // mean, exponential

  double offered() const { return arrival_rate / service_rate; }
  /// The fewest servers with which the queue does not grow for ever: more than offered(), or 1 with a patience.
  std::int64_t smallest_stable() const;
  /// "M/M/k (Erlang C)" and so on.
  std::string_view name() const;
  /// True where waits are Allen-Cunneen's approximation, not exact.
  bool approximate() const { return scv_arrivals != 1 || scv_service != 1; }
};

inline constexpr std::int64_t kMostServers = 1'000'000;

/// What `servers` make of the model. Only for a stable one (servers >= smallest_stable()).
///
/// Without patience: P(W > t) = C exp(-(k mu - lambda) t / v), with the mean C v / (k mu - lambda), v the mean of the two
/// squared coefficients of variation: exact with v = 1 (M/M/k), else the approximation of A. O. Allen, "Probability,
/// Statistics and Queueing Theory", 1978 (Allen-Cunneen) with exponential waits of those who wait. With patience: Erlang A.
class Waiting {
 public:
  Waiting(const QueueModel& model, std::int64_t servers);

  double wait_probability() const { return probability_; }
  double wait_mean_s() const { return mean_s_; }
  double queue_mean() const { return mean_s_ * model_.arrival_rate; }
  double abandoned_share() const { return abandoned_; }
  /// P(W > t).
  double tail(double t) const;
  /// The wait that `percent` percent of arrivals do not exceed; 0 < percent < 100.
  double percentile_s(double percent) const;

 private:
  QueueModel model_;
  std::int64_t servers_;
  double probability_ = 0, mean_s_ = 0, abandoned_ = 0;
  double decay_ = 0;  // of P(W > t) without patience, per second
};

/// What a number of servers must reach; all that are given, together.
struct QueueTarget {
  std::optional<double> wait_mean_s;
  struct Percentile {
    double percent, wait_s;  // P(W > wait_s) <= 1 - percent / 100
  };
  std::optional<Percentile> percentile;
  std::optional<double> blocked_share;    // of Erlang B: servers without a queue
  std::optional<double> abandoned_share;  // needs a patience

  bool any() const { return wait_mean_s || percentile || blocked_share || abandoned_share; }
};

/// True where that many servers are stable and reach the target.
bool reaches(const QueueModel& model, std::int64_t servers, const QueueTarget& target);

/// The fewest servers that reach the target; nothing where kMostServers do not. All of it improves with each further server
/// (for Erlang B and C: A. Harel, "Convexity properties of the Erlang loss formula", 1990), so bisection is exact.
std::optional<std::int64_t> smallest_servers(const QueueModel& model, const QueueTarget& target);

/// The fewest servers that reach the target while all are busy for the share `utilization` of time, whatever arrives.
std::optional<std::int64_t> smallest_pool(double utilization, double service_rate, double scv_arrivals, double scv_service,
                                          const QueueTarget& target);

}  // namespace daybreak::scaling
