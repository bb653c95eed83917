// Replays a trace against policies.
#include <algorithm>
#include <cmath>
#include <charconv>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/io/atomic_file.h"
#include "libcore/records/record_file.h"
#include "libcore/records/simulation_record.h"
#include "libcore/scaling/optimum/optimum.h"
#include "libcore/scaling/policies/registry.h"
#include "libcore/scaling/simulation/fluid.h"
#include "tools/frame/text.h"
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

/// One row a slot, as a spreadsheet or a plot wants it.
class Timeline {
 public:
  explicit Timeline(io::AtomicFile& file) : file_(file) {
    file_.write("policy,time_s,arrivals,served,queue,utilization,nodes,pending\n");
  }
  void add(std::string_view policy, const SlotReport& slot) {
    buffer_ += policy;
    for (const double value : {slot.time_s, slot.arrivals, slot.served, slot.queue, slot.utilization, static_cast<double>(slot.nodes),
                               static_cast<double>(slot.pending)}) {
      char text[32];
      buffer_ += ',';
      buffer_.append(text, std::to_chars(text, text + sizeof text, value).ptr);
    }
    buffer_ += '\n';
    if (buffer_.size() > 1 << 16) flush();
  }
  void flush() {
    file_.write(buffer_);
    buffer_.clear();
  }

 private:
  io::AtomicFile& file_;
  std::string buffer_;
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
    sink.list("set", &set_, "NAME=VALUE", "Set service-rate or nodes-peak; @FILE:/json/pointer reads a record");
    cluster_.declare(sink);
    limits_.declare(sink);
    policy_.declare(sink);
  }

  void check() override {
    if (trace_.path.empty()) throw usage_error("--trace is missing", "name a CSV of traffic, or - for stdin");
    parse_band(band_, cluster_);
    if (limits_.min_nodes > limits_.max_nodes) throw usage_error("--min-nodes is above --max-nodes");
    for (const std::string& name : policies_) make_policy(name, policy_, {.peak_nodes = 1});
  }

  frame::Outcome run(frame::Session& session) override {
    assign();
    const Trace trace = read_trace(io::read_csv(io::InputFile(session.input(trace_.path))), trace_);
    session.log().info("the trace has " + trace.columns);
    const double mu = service_rate(cluster_, trace);
    const std::vector<PolicyReport> reports = replay(session, trace);
    const double optimum = optimum_of(trace, mu, session.stop());
    const double feasible = band_feasible_share(trace, mu, cluster_, limits_);
    session.emit(document(trace, mu, optimum, feasible, reports), text(optimum, feasible, reports));
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

  std::vector<PolicyReport> replay(frame::Session& session, const Trace& trace) {
    std::optional<Timeline> timeline;
    if (timeline_) timeline.emplace(session.side_file(*timeline_));
    std::vector<PolicyReport> reports;
    const Setting setting = setting_of(trace, cluster_, limits_);
    for (const std::string& name : policies_.empty() ? policy_names() : policies_) {
      Controller controller(make_policy(name, policy_, setting), limits_);
      std::function<void(const SlotReport&)> record;
      if (timeline) record = [&](const SlotReport& slot) { timeline->add(controller.policy().name(), slot); };
      reports.push_back(simulate_fluid(trace, cluster_, limits_, controller, session.stop(), record));
    }
    if (timeline) timeline->flush();
    return reports;
  }

  /// In node-minutes, as the policies' costs: a start is charged, and its node is billed while it boots. The plan keeps
  /// every slot at or below the upper end of the band.
  double optimum_of(const Trace& trace, double mu, const StopToken& stop) const {
    std::vector<std::int64_t> demand;
    for (const double arrivals : trace.arrivals)
      demand.push_back(std::clamp(nodes_for(arrivals / trace.slot_s, mu * cluster_.band_high), limits_.min_nodes, limits_.max_nodes));
    const double slot_min = trace.slot_s / 60;
    return slot_min * optimal_cost(demand, (cluster_.start_cost_min + cluster_.start_delay_s / 60) / slot_min, stop);
  }

  io::Json document(const Trace& trace, double mu, double optimum, double feasible, const std::vector<PolicyReport>& reports) const {
    io::Json record;
    record["schema"] = records::kSimulationSchema;
    io::Json& about = record["trace"];
    about["rows"] = trace.rows;
    about["span_s"] = trace.span_s;
    about["gaps"] = trace.gaps;
    about["slot_s"] = trace.slot_s;
    about["columns"] = trace.columns;
    about["resample"] = "step";
    about["peak_per_s"] = trace.peak_rate;
    record["service_rate_per_s"] = mu;
    record["optimum"]["cost"] = optimum;
    record["optimum"]["method"] = "dynamic programming over node counts, clairvoyant, utilization never above the band";
    record["cost_unit"] = "node-minutes, starts charged " + frame::number(cluster_.start_cost_min);
    record["band"]["low"] = cluster_.band_low;
    record["band"]["high"] = cluster_.band_high;
    for (const PolicyReport& report : reports) record["policies"].push_back(policy_record(report, optimum, feasible));
    return record;
  }

  static io::Json policy_record(const PolicyReport& report, double optimum, double feasible) {
    io::Json one;
    one["policy"] = report.policy;
    one["cost"] = report.cost;
    one["cost_over_optimum"] = optimum > 0 ? io::Json(report.cost / optimum) : io::Json();
    one["node_hours"] = report.node_hours;
    one["starts"] = report.starts;
    one["stops"] = report.stops;
    one["violated_share"] = report.violated_share;
    one["band_share"] = report.band_share;
    one["band_feasible_share"] = feasible;
    one["flaps_per_day"] = report.flaps_per_day;
    one["utilization_mean"] = report.utilization_mean;
    one["wait_p50_s"] = report.wait_p50_s;
    one["wait_p99_s"] = report.wait_p99_s;
    one["queue_max"] = report.queue_max;
    return one;
  }

  static std::string text(double optimum, double feasible, const std::vector<PolicyReport>& reports) {
    std::vector<std::vector<std::string>> rows{{"policy", "node-min", "over optimum", "violated", "in band", "flaps/day", "utilization", "wait p99"}};
    for (const PolicyReport& r : reports)
      rows.push_back({r.policy, frame::number(std::round(r.cost)), frame::number(std::round(1000 * r.cost / optimum) / 1000), frame::percent(r.violated_share),
                      frame::percent(r.band_share), frame::number(std::round(10 * r.flaps_per_day) / 10), frame::percent(r.utilization_mean),
                      frame::number(std::round(10 * r.wait_p99_s) / 10) + " s"});
    return frame::table(rows) + "optimum: " + frame::number(std::round(optimum)) + " node-min, never above the band; the band can be met in " +
           frame::percent(feasible) + " of the time by any number of nodes\n";
  }

  TraceOptions trace_;
  ClusterOptions cluster_;
  LimitOptions limits_;
  PolicyOptions policy_;
  std::vector<std::string> policies_, set_;
  std::string band_ = "0.85:0.92";
  std::optional<std::string> timeline_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_sim() {
  return std::make_unique<Sim>();
}

}  // namespace daybreak::plan_scale
