#include "libcore/scaling/queueing/options.h"

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace daybreak::scaling {
namespace {

constexpr OptionSink::Range kAnyScv{0, 1e6}, kOpenShare{1e-300, 1};

/// The sums of Erlang A take as many terms as some of these waits fit into a patience.
constexpr double kLongestPatience = 1e6;

void require_above_zero(const std::optional<double>& value, const char* name, const char* example) {
  if (value && !(*value > 0)) throw usage_error(std::string("--") + name + ": expected more than 0", example);
}

QueueTarget::Percentile parse_wait_percentile(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos)
    throw usage_error("--target-percentile: expected PERCENT:WAIT, found '" + text + "'", "95:100ms asks that 95 % wait 100 ms at most");
  try {
    return {parse_percentile(std::string_view(text).substr(0, colon)), parse_duration(std::string_view(text).substr(colon + 1))};
  } catch (const Error& failure) {
    throw usage_error("--target-percentile: " + failure.message(), failure.hint());
  }
}

}  // namespace

double parse_percentile(std::string_view text) {
  const double percent = parse_real(text);
  if (!(percent > 0 && percent < 100)) throw usage_error("expected a percentile above 0 and below 100, found '" + std::string(text) + "'");
  return percent;
}

void WaitTargetOptions::declare(OptionSink& sink) {
  sink.group("Waiting");
  sink.real("scv-arrivals", &scv_arrivals, "X", "Variance over squared mean of the times between arrivals", kAnyScv);
  sink.real("scv-service", &scv_service, "X", "Variance over squared mean of service times", kAnyScv);
  sink.duration("target-wait", &target_wait_s, "Mean wait at most");
  sink.text("target-percentile", &target_percentile, "P:WAIT", "P percent wait at most WAIT: P(W > WAIT) <= 1 - P/100");
}

QueueTarget WaitTargetOptions::target() const {
  QueueTarget target;
  target.wait_mean_s = target_wait_s;
  if (target_percentile) target.percentile = parse_wait_percentile(*target_percentile);
  return target;
}

void QueueOptions::declare(OptionSink& sink) {
  sink.real("arrival-rate", &arrival_rate, "RATE", "Arrivals a second");
  sink.real("service-rate", &service_rate, "RATE", "What one server serves in a second");
  sink.duration("service-time", &service_time_s, "Mean service time, instead of --service-rate");
  sink.count("servers", &servers, "N", "Servers", OptionSink::Range{1, static_cast<double>(kMostServers)});
  sink.duration("patience", &patience_s, "Mean time after which those who wait leave (Erlang A)");
  wait.declare(sink);
  sink.real("target-blocking", &target_blocking, "SHARE", "Lost arrivals at most, were there no queue (Erlang B)", kOpenShare);
  sink.real("target-abandonment", &target_abandonment, "SHARE", "Arrivals that leave unserved at most", kOpenShare);
}

QueueModel QueueOptions::model() const {
  if (!arrival_rate) throw usage_error("--arrival-rate is missing");
  if (service_rate.has_value() == service_time_s.has_value()) throw usage_error("expected either --service-rate or --service-time");
  require_above_zero(arrival_rate, "arrival-rate", "");
  require_above_zero(service_rate, "service-rate", "");
  require_above_zero(service_time_s, "service-time", "");
  require_above_zero(patience_s, "patience", "leave it out where nobody leaves");
  const QueueModel model{*arrival_rate, service_rate ? *service_rate : 1 / *service_time_s, wait.scv_arrivals,
                         wait.scv_service, patience_s};
  if (!(model.offered() < static_cast<double>(kMostServers)))
    throw usage_error("arrivals keep more than " + std::to_string(kMostServers) + " servers busy", "check the units: rates are per second");
  if (!patience_s) return model;
  if (model.approximate()) throw usage_error("--patience: needs --scv-arrivals 1 and --scv-service 1, as Erlang A does");
  if (*patience_s * model.service_rate > kLongestPatience)
    throw usage_error("--patience: expected at most a million mean service times", "leave it out: hardly anybody leaves");
  return model;
}

QueueTarget QueueOptions::target() const {
  QueueTarget target = wait.target();
  target.blocked_share = target_blocking;
  target.abandoned_share = target_abandonment;
  if (target_abandonment && !patience_s) throw usage_error("--target-abandonment: needs --patience");
  return target;
}

}  // namespace daybreak::scaling
