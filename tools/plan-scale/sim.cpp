// Replays a trace against policies.
#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/records/record_file.h"
#include "libcore/scaling/optimum/clairvoyant.h"
#include "libcore/scaling/policies/registry.h"
#include "libcore/scaling/simulation/fluid.h"
#include "tools/frame/gnuplot.h"
#include "tools/plan-scale/sim_plot.h"
#include "tools/plan-scale/sim_report.h"
#include "tools/plan-scale/timeline.h"
#include "tools/plan-scale/verbs.h"

namespace daybreak::plan_scale {
namespace {

using namespace scaling;

/// "0.85:0.92"
void parse_band(const std::string& text, ClusterOptions& cluster) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) throw usage_error("--band: expected LOW:HIGH such as 0.85:0.92, found '" + text + "'");
  try {
    cluster.band_low = parse_share(text.substr(0, colon));
    cluster.band_high = parse_share(text.substr(colon + 1));
  } catch (const Error& failure) {
    throw usage_error("--band: " + failure.message(), failure.hint());
  }
  if (cluster.band_low >= cluster.band_high) throw usage_error("--band: expected the lower bound first, found '" + text + "'");
}

/// The files that a replay fills slot by slot.
class SlotFiles {
 public:
  std::optional<Timeline> timeline;
  std::optional<MetricLines> metrics;
  std::optional<SimPlot> plot;

  EachSlot recorder(std::string_view policy) {
    if (!timeline && !metrics && !plot) return nullptr;
    return [this, policy](const SlotReport& slot) {
      if (timeline) timeline->add(policy, slot);
      if (metrics) metrics->add(slot.seen);
      if (plot) plot->add(policy, slot);
    };
  }
  void flush() {
    if (timeline) timeline->flush();
    if (metrics) metrics->flush();
  }
};

class Sim : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.file("trace", &trace_.path, "CSV of traffic; may be compressed; - is stdin");
    sink.text("series", &trace_.series, "NAME", "Which series, where the trace holds several");
    sink.list("policy", &policies_, "NAME", "Policy to replay: literal or static");
    sink.duration("slot", &trace_.slot_s, "Length of a slot, at whose end policies decide");
    sink.text("band", &band_, "LO:HI", "Utilization that counts as good");
    sink.file("timeline", &timeline_, "Write each slot of each policy to FILE as CSV");
    sink.file("emit-metrics", &metrics_, "Write what the one policy saw to FILE as JSON Lines, as run reads them");
    sink.file("plot", &plot_, "Draw load, nodes, queue and band into FILE", "FILE.svg|png");
    sink.list("set", &set_, "NAME=VALUE", "Set service-rate or nodes-peak; @FILE:/json/pointer reads a record");
    cluster_.declare(sink);
    limits_.declare(sink);
    policy_.declare(sink);
  }

  void check() override {
    if (trace_.path.empty()) throw usage_error("--trace is missing", "name a CSV of traffic, or - for stdin");
    parse_band(band_, cluster_);
    if (plot_) frame::check_plot(*plot_);
    if (metrics_ && policies_.size() != 1) throw usage_error("--emit-metrics: expected exactly one --policy", "name the one whose cluster is to be seen");
    if (cluster_.mtbf_s && !(*cluster_.mtbf_s > 0)) throw usage_error("--mtbf: expected more than 0 seconds");
    if (limits_.min_nodes > limits_.max_nodes) throw usage_error("--min-nodes is above --max-nodes");
    for (const std::string& name : policies_) make_policy(name, policy_, {.peak_nodes = 1});
  }

  frame::Outcome run(frame::Session& session) override {
    assign();
    const Trace trace = read_trace(io::read_csv(io::InputFile(session.input(trace_.path))), trace_);
    session.log().info("the trace has " + trace.columns);
    SimResult result{.model = "fluid", .service_rate = service_rate(cluster_, trace), .unit = "node-minutes"};
    result.band_feasible_share = band_feasible_share(trace, result.service_rate, cluster_, limits_);
    replay(session, trace, result);
    result.optimum = clairvoyant(trace, result.service_rate, cluster_, limits_, session.stop());
    for (const std::string& warning : result.warnings) session.log().warning(warning);
    session.emit(sim_record(result, trace, cluster_), sim_text(result, cluster_));
    return frame::Outcome::done;
  }

 private:
  void assign() {
    for (const std::string& one : set_) {
      const records::Assignment given = records::parse_assignment(one);
      if (given.name != "service-rate" && given.name != "nodes-peak") throw usage_error("--set: unknown name '" + given.name + "'", "known here: service-rate, nodes-peak");
      if (!(given.value > 0)) throw usage_error("--set " + given.name + ": expected more than 0");
      (given.name == "service-rate" ? cluster_.service_rate : cluster_.nodes_peak) = given.value;
    }
  }

  void replay(frame::Session& session, const Trace& trace, SimResult& result) {
    SlotFiles files;
    if (timeline_) files.timeline.emplace(session.side_file(*timeline_));
    if (metrics_) files.metrics.emplace(session.side_file(*metrics_));
    if (plot_) files.plot.emplace(trace.arrivals.size(), trace.slot_s, result.service_rate, cluster_.band_low, cluster_.band_high);
    const Setting setting = setting_of(trace, cluster_, limits_);
    for (const std::string& name : policies_.empty() ? policy_names() : policies_) {
      Controller controller(make_policy(name, policy_, setting), limits_);
      const Policy& policy = controller.policy();
      result.policies.push_back(simulate_fluid(trace, cluster_, limits_, controller, session.stop(), files.recorder(policy.name())));
      for (const std::string& warning : policy.warnings(result.band_feasible_share)) result.warnings.push_back(warning);
    }
    files.flush();
    if (files.plot) files.plot->draw(*plot_, session.side_file(*plot_));
  }

  TraceOptions trace_;
  ClusterOptions cluster_;
  LimitOptions limits_;
  PolicyOptions policy_;
  std::vector<std::string> policies_, set_;
  std::string band_ = "0.85:0.92";
  std::optional<std::string> timeline_, metrics_, plot_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_sim() {
  return std::make_unique<Sim>();
}

}  // namespace daybreak::plan_scale
