#pragma once
// Which jobs the event model serves, and on what.
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/scaling/simulation/batch_servers.h"
#include "libcore/scaling/simulation/events.h"
#include "libcore/scaling/simulation/service_times.h"
#include "libcore/scaling/traces/request.h"

namespace daybreak::scaling {

struct EventOptions {
  std::string arrivals = "poisson";    // or "requests": as the request log has them
  std::string service = "exponential";  // a distribution, "data" or "tokens"
  double service_scv = 2;              // of lognormal and hyperexponential service times
  BatchOptions batch;
  void declare(OptionSink& sink);

  /// True where jobs come out of a request log.
  bool from_requests() const { return arrivals == "requests" || service == "data" || service == "tokens"; }
  /// The jobs of a log. Service times are the log's (data), those of its tokens, or drawn with the mean 1 / service_rate. Error
  /// (data) where the log has not what is asked for, (usage) where a distribution lacks its rate.
  std::vector<Job> jobs_of(const RequestTrace& trace, std::optional<double> service_rate, std::uint64_t seed) const;
  /// Jobs of such a log that one node serves in a second: a full batch of the mean tokens, or 1 over the mean service time.
  double service_rate_of(const std::vector<Job>& jobs) const;
  /// Servers of one place for jobs with service times, of batch_limit places for tokens.
  MakeServers servers() const;
};

}  // namespace daybreak::scaling
