// Decides, live: a line of metrics in, a decision out.
#include <chrono>

#include "libcore/base/error.h"
#include "libcore/io/line_stream.h"
#include "libcore/records/decision_record.h"
#include "libcore/scaling/control/node_options.h"
#include "libcore/scaling/engines/commands.h"
#include "libcore/scaling/live/live_controller.h"
#include "libcore/scaling/live/prometheus_metrics.h"
#include "libcore/scaling/live/state_file.h"
#include "libcore/scaling/policies/registry.h"
#include "tools/frame/text.h"
#include "tools/plan-scale/verbs.h"

namespace daybreak::plan_scale {
namespace {

using namespace scaling;

double wall_clock_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

class Run : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("METRICS", &metrics_, "JSON Lines or CSV of metrics, or an answer of Prometheus; - is stdin");
    sink.file("state", &state_, "Remember everything in FILE, so that another process goes on");
    sink.flag("once", &once_, "One decision, on the newest of the metrics, as cron wants it; needs --state");
    sink.list("field", &fields_, "FIELD=SERIES", "Prometheus: the series that is queue_length, nodes_ready, ...");
    sink.choice("emit", &engine_, {"json", "kubectl", "slurm", "sh", "prom"},
                "Print records, or what an engine understands; nothing is run");
    declare_decision(sink);
    live_.declare(sink);
    commands_.declare(sink);
  }

  void check() override {
    if (limits_.min_nodes > limits_.max_nodes) throw usage_error("--min-nodes is above --max-nodes");
    if (once_ && !state_) throw usage_error("--once without --state forgets what it decided", "add --state FILE");
    for (const std::string& field : fields_) series_.push_back(parse_series_name(field));
    if (engine_ != "json") printer_ = make_command_printer(engine_, commands_);
    const auto policy = make_policy(name_, policy_, setting());
    if (!node_.service_rate && (policy->needs().arrivals || policy->needs().queue))
      throw usage_error("--service-rate is missing: policy '" + name_ + "' counts work",
                        "give the units of work that a node serves in a second");
  }

  frame::Outcome run(frame::Session& session) override {
    std::optional<StateFile> state;
    if (state_ && !session.dry_run())
      state.emplace(session.output_file(*state_), configuration_of([&](OptionSink& sink) { declare_decision(sink); }));
    live_.dry_run = session.dry_run();
    LiveController controller({make_policy(name_, policy_, setting()), limits_}, setting(), live_);
    if (state)
      if (const auto kept = state->read()) controller.restore(*kept);
    io::LineStream lines(session.input(metrics_), session.stop(), MetricReader::kLongestLine);
    once_ ? decide_once(session, controller, state, lines) : decide_all(session, controller, state, lines);
    return frame::Outcome::done;
  }

 private:
  /// All that decisions depend on: a state made with other values is refused.
  void declare_decision(OptionSink& sink) {
    sink.text("policy", &name_, "NAME", "Policy that decides");
    declare_slot(sink, &slot_s_);
    node_.declare(sink);
    limits_.declare(sink);
    policy_.declare(sink);
  }

  Setting setting() const {
    return {.service_rate = node_.service_rate.value_or(1),
            .period_s = slot_s_,
            .start_delay_s = node_.start_delay_s,
            .start_cost_s = node_.start_cost_min * 60,
            .band_low = node_.band_low,
            .band_high = node_.band_high,
            .min_nodes = limits_.min_nodes,
            .max_nodes = limits_.max_nodes};
  }

  /// What a process that was killed had decided and perhaps not said is said again, the same.
  static bool is_repeated(const LiveController& controller, const Metrics& metrics) {
    const io::Json* ts = controller.last_record().find("ts");
    return ts && metrics.time_s && ts->as_string() == rfc3339(*metrics.time_s);
  }

  /// Of two lines without a time the later one is newer.
  static bool is_older(const Metrics& one, const Metrics& other) {
    return one.time_s && other.time_s && *one.time_s < *other.time_s;
  }

  static io::Json decide(LiveController& controller, const std::optional<StateFile>& state, const Metrics& metrics,
                         const std::string& where) {
    io::Json record = controller.decide(metrics, wall_clock_s(), where);
    if (state) state->write(controller.state());
    return record;
  }

  void say(frame::Session& session, frame::RecordStream& out, const io::Json& record) const {
    if (printer_) session.print(printer_->print(record));
    else out.write(record);
  }

  void decide_once(frame::Session& session, LiveController& controller, const std::optional<StateFile>& state, io::LineStream& lines) {
    MetricReader reader(lines, series_);
    std::optional<Metrics> newest;
    while (auto metrics = reader.next())
      if (!newest || !is_older(*metrics, *newest)) newest = metrics;
    if (!newest) throw data_error(lines.name(), "no metrics at all", "print one line of them");
    const bool repeated = is_repeated(controller, *newest);
    say(session, session.records(), repeated ? controller.last_record() : decide(controller, state, *newest, lines.where()));
  }

  void decide_all(frame::Session& session, LiveController& controller, const std::optional<StateFile>& state, io::LineStream& lines) {
    frame::RecordStream& out = session.records();
    MetricReader reader(lines, series_);
    std::int64_t decisions = 0;
    for (bool first = true; auto metrics = reader.next(); first = false, ++decisions)
      say(session, out,
          first && is_repeated(controller, *metrics) ? controller.last_record()
                                                     : decide(controller, state, *metrics, lines.where()));
    if (printer_) return;
    io::Json summary;
    summary["type"] = "summary";
    summary["schema"] = records::kDecisionSchema;
    summary["decisions"] = decisions;
    out.write(summary);
  }

  std::string metrics_ = "-", engine_ = "json", name_ = "band";
  std::vector<std::string> fields_;
  std::vector<SeriesName> series_;
  std::optional<std::string> state_;
  bool once_ = false;
  double slot_s_ = 60;
  NodeOptions node_;
  LimitOptions limits_;
  PolicyOptions policy_;
  LiveOptions live_;
  CommandOptions commands_;
  std::unique_ptr<CommandPrinter> printer_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_run() {
  return std::make_unique<Run>();
}

}  // namespace daybreak::plan_scale
