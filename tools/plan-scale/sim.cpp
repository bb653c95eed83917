// Replays a trace against policies.
#include "libcore/base/error.h"
#include "libcore/io/csv.h"
#include "libcore/records/record_file.h"
#include "libcore/scaling/optimum/clairvoyant.h"
#include "libcore/scaling/policies/registry.h"
#include "libcore/scaling/simulation/event_options.h"
#include "libcore/scaling/simulation/fluid.h"
#include "libcore/scaling/simulation/listed_jobs.h"
#include "libcore/scaling/simulation/poisson_jobs.h"
#include "libcore/scaling/simulation/region_pools.h"
#include "tools/frame/gnuplot.h"
#include "tools/plan-scale/sim_plot.h"
#include "tools/plan-scale/sim_report.h"
#include "tools/plan-scale/timeline.h"
#include "tools/plan-scale/verbs.h"

namespace daybreak::plan_scale {
namespace {

using namespace scaling;

/// The first column of a CSV, in seconds.
std::vector<double> read_delays(frame::Session& session, const std::string& path) {
  const io::CsvTable table = io::read_csv(io::InputFile(session.input(path), &session.stop()));
  std::vector<double> delays;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    delays.push_back(table.number(row, 0));
    if (delays.back() < 0) throw data_error(table.where(row), "expected a delay of at least 0 seconds, found " + table.rows[row][0]);
  }
  if (delays.empty()) throw data_error(path, "holds no start delay", "write one number of seconds a line");
  return delays;
}

/// The files that a replay fills slot by slot.
class SlotFiles {
 public:
  std::optional<Timeline> timeline;
  std::optional<MetricLines> metrics;
  std::optional<DecisionLines> decisions;
  std::optional<SimPlot> plot;

  EachSlot recorder(std::string_view policy) {
    if (!timeline && !metrics && !decisions && !plot) return nullptr;
    return [this, policy](const SlotReport& slot) {
      if (timeline) timeline->add(policy, slot);
      if (metrics) metrics->add(slot.seen);
      if (decisions) decisions->add(policy, slot.seen, slot.decided);
      if (plot) plot->add(policy, slot);
    };
  }
  void flush() {
    if (timeline) timeline->flush();
    if (metrics) metrics->flush();
    if (decisions) decisions->flush();
  }
};

class Sim : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.list("policy", &policies_, "NAME", "Policy to replay, such as hpa; without it all of them");
    sink.choice("model", &model_, {"fluid", "events"}, "Work that flows from slot to slot, or single jobs (G/G/k)");
    sink.file("timeline", &timeline_, "Write each slot of each policy to FILE as CSV");
    sink.file("emit-metrics", &metrics_, "Write what the one policy saw to FILE as JSON Lines, as run reads them");
    sink.file("emit-decisions", &decisions_, "Write what that policy decided to FILE as JSON Lines, as run prints them");
    sink.file("plot", &plot_, "Draw load, nodes, queue and band into FILE", "FILE.svg|png");
    sink.list("set", &set_, "NAME=VALUE", "Set service-rate or nodes-peak; @FILE:/json/pointer reads a record");
    trace_.declare(sink);
    cluster_.declare(sink);
    sink.file("start-delays", &delays_, "Draw start delays from the numbers of seconds in FILE, one a line");
    sink.file("regions", &regions_, "JSON of regions with prices, in the order in which nodes are taken from them");
    events_.declare(sink);
    limits_.declare(sink);
    policy_.declare(sink);
  }

  void check() override {
    if (trace_.path.empty()) throw usage_error("--trace is missing", "name a file of traffic, or - for stdin");
    if (plot_) frame::check_plot(*plot_);
    if (metrics_ && policies_.size() != 1)
      throw usage_error("--emit-metrics: expected exactly one --policy", "name the one whose cluster is to be seen");
    if (decisions_ && policies_.size() != 1)
      throw usage_error("--emit-decisions: expected exactly one --policy", "name the one whose decisions are to be seen");
    if (cluster_.mtbf_s && !(*cluster_.mtbf_s > 0)) throw usage_error("--mtbf: expected more than 0 seconds");
    if (limits_.min_nodes > limits_.max_nodes) throw usage_error("--min-nodes is above --max-nodes");
    if (regions_ && cluster_.idle_nodes > 0)
      throw usage_error("--regions stands instead of --idle-nodes", "give a region without start delay");
    if (events_.from_requests()) check_requests();
    for (const std::string& name : policies_) make_policy(name, policy_, {.peak_nodes = 1});
  }

  frame::Outcome run(frame::Session& session) override {
    assign();
    cluster_.seed = session.seed();
    if (delays_) cluster_.start_delays_s = read_delays(session, *delays_);
    if (regions_) cluster_.pools = pools_of(read_regions(io::Json::parse(session.read_text(*regions_), *regions_), *regions_), *regions_);
    const Trace trace = read_trace(io::InputFile(session.input(trace_.path), &session.stop()), trace_);
    if (events_.from_requests()) read_jobs(trace, session.stop());
    SimResult result{.model = model_, .service_rate = service_rate(cluster_, trace), .unit = regions_ ? "USD" : "node-minutes"};
    result.band_feasible_share = band_feasible_share(trace, result.service_rate, cluster_, limits_);
    replay(session, trace, result);
    result.optimum = clairvoyant(trace, result.service_rate, cluster_, limits_, session.stop());
    report_trace(trace, session.log());
    for (const std::string& warning : result.warnings) session.log().warning(warning);
    session.emit(sim_record(result, trace, cluster_), sim_text(result, cluster_));
    return frame::Outcome::done;
  }

 private:
  void check_requests() const {
    if (model_ != "events") throw usage_error("jobs out of a request log need --model events");
    if (trace_.path == "-") throw usage_error("--trace -: a request log is read twice", "name a file");
    if (trace_.work != "requests") throw usage_error("--work " + trace_.work + ": the event model counts jobs", "leave it out");
    const bool rate_of_log = events_.service == "data" || events_.service == "tokens";
    if (rate_of_log && (cluster_.nodes_peak || cluster_.service_rate || !set_.empty()))
      throw usage_error("--service " + events_.service + " gives the service rate itself", "leave out --nodes-peak and --service-rate");
  }

  void assign() {
    for (const std::string& one : set_) {
      const records::Assignment given = records::parse_assignment(one);
      if (given.name != "service-rate" && given.name != "nodes-peak")
        throw usage_error("--set: unknown name '" + given.name + "'", "known here: service-rate, nodes-peak");
      if (!(given.value > 0)) throw usage_error("--set " + given.name + ": expected more than 0");
      (given.name == "service-rate" ? cluster_.service_rate : cluster_.nodes_peak) = given.value;
    }
  }

  void report_trace(const Trace& trace, LogSink& log) const {
    log.info("the trace is " + trace.format + ": " + trace.columns);
    for (const std::string& warning : trace.warnings) log.warning(trace_.path + ": " + warning);
    if (cluster_.start_delay_s >= trace.span_s)
      log.warning("--start-delay is longer than the trace: no node that a policy starts serves within it");
  }

  /// The jobs of the log, on the clock of the trace.
  void read_jobs(const Trace& trace, const StopToken& stop) {
    RequestTrace log = read_requests(io::InputFile(trace_.path, &stop), trace_);
    for (Request& request : log.requests) request.time_s += log.facts.start_s - trace.start_s;
    const bool rate_of_log = events_.service == "data" || events_.service == "tokens";
    jobs_ = events_.jobs_of(log, rate_of_log ? std::nullopt : std::optional(service_rate(cluster_, trace)), cluster_.seed);
    if (rate_of_log) cluster_.service_rate = events_.service_rate_of(jobs_);
  }

  void replay(frame::Session& session, const Trace& trace, SimResult& result) {
    SlotFiles files;
    if (timeline_) files.timeline.emplace(session.side_file(*timeline_));
    if (metrics_) files.metrics.emplace(session.side_file(*metrics_));
    if (decisions_) files.decisions.emplace(session.side_file(*decisions_));
    if (plot_) files.plot.emplace(trace.arrivals.size(), trace.slot_s, result.service_rate, cluster_.band_low, cluster_.band_high);
    const Setting setting = setting_of(trace, cluster_, limits_);
    for (const std::string& name : policies_.empty() ? policy_names() : policies_) {
      Controller controller(make_policy(name, policy_, setting), limits_);
      const Policy& policy = controller.policy();
      result.policies.push_back(simulate(trace, result.service_rate, controller, session.stop(), files.recorder(policy.name())));
      for (const std::string& warning : policy.warnings(result.band_feasible_share)) result.warnings.push_back(warning);
    }
    files.flush();
    if (files.plot) files.plot->draw(*plot_, session.side_file(*plot_));
  }

  /// Each policy meets the same jobs.
  PolicyReport simulate(const Trace& trace, double rate, Controller& controller, const StopToken& stop, const EachSlot& each_slot) const {
    if (model_ == "fluid") return simulate_fluid(trace, cluster_, limits_, controller, stop, each_slot);
    const auto over = [&](JobSource& jobs) {
      return simulate_events(trace, jobs, events_.servers(), cluster_, limits_, controller, stop, each_slot);
    };
    if (events_.from_requests()) {
      ListedJobs listed(jobs_);
      return over(listed);
    }
    PoissonJobs random(trace, ServiceTimes(ServiceTimes::kind_of(events_.service), 1 / rate, events_.service_scv), cluster_.seed);
    return over(random);
  }

  TraceOptions trace_;
  ClusterOptions cluster_;
  EventOptions events_;
  LimitOptions limits_;
  PolicyOptions policy_;
  std::vector<std::string> policies_, set_;
  std::vector<Job> jobs_;  // of a request log
  std::string model_ = "fluid";
  std::optional<std::string> timeline_, metrics_, decisions_, plot_, delays_, regions_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_sim() {
  return std::make_unique<Sim>();
}

}  // namespace daybreak::plan_scale
