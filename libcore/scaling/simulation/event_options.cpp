#include "libcore/scaling/simulation/event_options.h"

#include "libcore/base/error.h"
#include "libcore/scaling/simulation/fcfs_servers.h"

namespace daybreak::scaling {
namespace {

constexpr std::uint64_t kServiceStream = 4;

}  // namespace

void EventOptions::declare(OptionSink& sink) {
  constexpr double kMost = 1e12;
  sink.group("Event model");
  sink.choice("arrivals", &arrivals, {"poisson", "requests"}, "Jobs at random times at the trace's rate, or as a request log has them");
  sink.choice("service", &service, {"exponential", "deterministic", "lognormal", "hyperexponential", "data", "tokens"},
              "Service times: a distribution, the log's own, or of its tokens");
  sink.real("service-scv", &service_scv, "X", "Variance over squared mean of lognormal or hyperexponential times",
            OptionSink::Range{1e-6, 1e6});
  sink.real("prefill-rate", &batch.prefill_rate, "RATE", "Input tokens that a node reads in a second", OptionSink::Range{1e-9, kMost});
  sink.duration("time-per-output-token", &batch.time_per_output_token_s, "One step of a batch of one sequence");
  sink.count("batch-limit", &batch.batch_limit, "N", "Sequences that a node decodes together", OptionSink::Range{1, 1e6});
  sink.real("batch-slowdown", &batch.batch_slowdown, "X", "How much each further sequence lengthens a step, of the first",
            OptionSink::Range{0, 1});
}

std::vector<Job> EventOptions::jobs_of(const RequestTrace& trace, std::optional<double> service_rate, std::uint64_t seed) const {
  if (service == "tokens" && !trace.facts.has_tokens)
    throw data_error("the trace", "has no tokens for --service tokens", "choose a distribution");
  if (service == "data" && !trace.facts.has_service)
    throw data_error("the trace", "has no service times for --service data", "choose a distribution");
  std::optional<ServiceTimes> drawn;
  if (service != "data" && service != "tokens") {
    if (!service_rate) throw usage_error("--service " + service + ": the rate of a node is missing", "give --service-rate");
    drawn.emplace(ServiceTimes::kind_of(service), 1 / *service_rate, service_scv);
  }
  RandomStream random(seed, kServiceStream);
  std::vector<Job> jobs;
  jobs.reserve(trace.requests.size());
  for (const Request& request : trace.requests) {
    if (service == "data" && !request.service_s) continue;  // pending or canceled: it never ran
    Job job{request.time_s, 0, request.input_tokens, request.output_tokens};
    job.service_s = drawn                ? drawn->draw(random)
                    : service == "data" ? *request.service_s
                                        : job.input_tokens / batch.prefill_rate + job.output_tokens * batch.time_per_output_token_s;
    jobs.push_back(job);
  }
  if (jobs.empty()) throw data_error("the trace", "has no job to serve");
  return jobs;
}

double EventOptions::service_rate_of(const std::vector<Job>& jobs) const {
  double service_s = 0, input = 0, output = 0;
  for (const Job& job : jobs) {
    service_s += job.service_s;
    input += job.input_tokens;
    output += job.output_tokens;
  }
  const auto count = static_cast<double>(jobs.size());
  const double rate = service == "tokens" ? batch.service_rate(input / count, output / count) : count / service_s;
  if (!std::isfinite(rate)) throw data_error("the trace", "has only jobs that take no time");
  return rate;
}

MakeServers EventOptions::servers() const {
  return [options = *this](Servers::Waited waited, Servers::Drained drained) -> std::unique_ptr<Servers> {
    if (options.service == "tokens" && options.batch.batch_limit > 1)
      return std::make_unique<BatchServers>(options.batch, std::move(waited), std::move(drained));
    return std::make_unique<FcfsServers>(std::move(waited), std::move(drained));
  };
}

}  // namespace daybreak::scaling
