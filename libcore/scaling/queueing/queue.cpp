#include "libcore/scaling/queueing/queue.h"

#include <algorithm>
#include <cmath>

#include "libcore/scaling/queueing/abandonment.h"
#include "libcore/scaling/queueing/erlang.h"

namespace daybreak::scaling {
namespace {

AbandonmentQueue with_patience(const QueueModel& model, std::int64_t servers) {
  return AbandonmentQueue({model.arrival_rate, model.service_rate, servers, 1 / *model.patience_s});
}

/// The first number of servers that is enough, where all further ones are too: steps that double from `start`, then bisection.
template <class Enough>
std::optional<std::int64_t> first_that(const Enough& enough, std::int64_t start) {
  std::int64_t low = 0, step = 1, high = start;
  while (!enough(high)) {
    if (high == kMostServers) return std::nullopt;
    low = high;
    high = std::min(high + step, kMostServers);
    step *= 2;
  }
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

std::int64_t QueueModel::smallest_stable() const {
  if (patience_s) return 1;
  auto servers = static_cast<std::int64_t>(offered()) + 1;
  // offered() is rounded: the product decides, as it does in Waiting.
  while (servers > 1 && static_cast<long double>(service_rate) * (servers - 1) > arrival_rate) --servers;
  while (static_cast<long double>(service_rate) * servers <= arrival_rate) ++servers;
  return servers;
}

std::string_view QueueModel::name() const {
  if (patience_s) return "M/M/k+M (Erlang A)";
  if (!approximate()) return "M/M/k (Erlang C)";
  return scv_arrivals == 1 ? "M/G/k (Allen-Cunneen)" : "G/G/k (Allen-Cunneen)";
}

Waiting::Waiting(const QueueModel& model, std::int64_t servers) : model_(model), servers_(servers) {
  if (model.patience_s) {
    const AbandonmentQueue queue = with_patience(model, servers);
    probability_ = queue.wait_probability();
    mean_s_ = queue.wait_mean_s();
    abandoned_ = queue.abandoned_share();
    return;
  }
  const double variability = (model.scv_arrivals + model.scv_service) / 2;
  const auto spare = static_cast<double>(static_cast<long double>(model.service_rate) * servers - model.arrival_rate);
  probability_ = static_cast<double>(erlang_c(servers, model.offered()));
  decay_ = spare / variability;  // infinite where neither arrivals nor service vary: nobody waits
  mean_s_ = probability_ * variability / spare;
}

double Waiting::tail(double t) const {
  if (model_.patience_s) return t <= 0 ? probability_ : with_patience(model_, servers_).wait_tail(t);
  if (t <= 0) return mean_s_ > 0 ? probability_ : 0;
  return probability_ * std::exp(-decay_ * t);
}

double Waiting::percentile_s(double percent) const {
  const double rest = 1 - percent / 100;
  if (tail(0) <= rest) return 0;
  if (!model_.patience_s) return std::log(probability_ / rest) / decay_;
  const AbandonmentQueue queue = with_patience(model_, servers_);
  double low = 0, high = *model_.patience_s;
  while (queue.wait_tail(high) > rest) high *= 2;
  for (double middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
    (queue.wait_tail(middle) > rest ? low : high) = middle;
  return high;
}

bool reaches(const QueueModel& model, std::int64_t servers, const QueueTarget& target) {
  if (target.blocked_share && static_cast<double>(erlang_b(servers, model.offered())) > *target.blocked_share) return false;
  if (!target.wait_mean_s && !target.percentile && !target.abandoned_share) return true;
  if (servers < model.smallest_stable()) return false;
  const Waiting waiting(model, servers);
  if (target.wait_mean_s && waiting.wait_mean_s() > *target.wait_mean_s) return false;
  if (target.percentile && waiting.tail(target.percentile->wait_s) > 1 - target.percentile->percent / 100) return false;
  return !target.abandoned_share || waiting.abandoned_share() <= *target.abandoned_share;
}

std::optional<std::int64_t> smallest_servers(const QueueModel& model, const QueueTarget& target) {
  const double offered = std::min(model.offered(), static_cast<double>(kMostServers));
  return first_that([&](std::int64_t servers) { return reaches(model, servers, target); },
                    std::max<std::int64_t>(static_cast<std::int64_t>(offered), 1));
}

std::optional<std::int64_t> smallest_pool(double utilization, double service_rate, double scv_arrivals, double scv_service,
                                          const QueueTarget& target) {
  const auto enough = [&](std::int64_t servers) {
    const double arrivals = utilization * service_rate * static_cast<double>(servers);
    return reaches({arrivals, service_rate, scv_arrivals, scv_service}, servers, target);
  };
  return first_that(enough, 1);
}

}  // namespace daybreak::scaling
