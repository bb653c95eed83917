// How many nodes of which kind finish a training by its deadline, at what cost.
#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/base/percentile.h"
#include "libcore/records/deadline_record.h"
#include "libcore/records/record_file.h"
#include "libcore/records/train_record.h"
#include "libcore/scaling/planning/deadline.h"
#include "tools/frame/text.h"
#include "tools/plan-scale/options.h"
#include "tools/plan-scale/verbs.h"

namespace daybreak::plan_scale {
namespace {

using namespace scaling;

std::string hours(double seconds) {
  return std::isfinite(seconds) ? frame::number(seconds / 3600) + " h" : "more hours than a number holds";
}

/// What one metrics stream of train-shard says.
struct Measured {
  Measurement speed;
  std::string file;
  std::optional<double> checkpoint_stall_s;
};

/// "run.jsonl" of one node, or "8:run.jsonl" of eight.
Measured read_measured(frame::Session& session, const std::string& text) {
  Measured one;
  const auto colon = text.find(':');
  const bool counted = colon != std::string::npos && colon > 0 && text.find_first_not_of("0123456789") == colon;
  if (counted) one.speed.nodes = parse_count(text.substr(0, colon));
  if (one.speed.nodes < 1) throw usage_error("--metrics: expected at least one node, found '" + text + "'");
  one.file = counted ? text.substr(colon + 1) : text;
  const io::Json summary = records::parse_record(session.read_text(one.file), one.file);
  records::require_schema(summary, records::kTrainSchema, one.file);
  const io::Json* speed = summary.find("tokens_per_s");
  if (speed == nullptr || !speed->is_number() || !(speed->as_double() > 0))
    throw data_error(one.file, "expected tokens_per_s above 0 in the summary, found " + (speed == nullptr ? "none" : speed->dump()),
                     "measure with train-shard run --metrics, of at least one step");
  one.speed.tokens_per_s = speed->as_double();
  if (const io::Json* stall = summary.find("checkpoint_stall_s"); stall != nullptr && stall->is_number())
    one.checkpoint_stall_s = stall->as_double();
  return one;
}

class Deadline : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.real("tokens", &tokens_, "N", "Tokens to train on");
    sink.duration("deadline", &deadline_s_, "Time from now by which to finish");
    sink.text("percentile", &percentile_, "P", "Share of the simulated runs that must finish in time, in percent");
    sink.list("metrics", &metrics_, "[NODES:]FILE", "Stream of train-shard run --metrics, on so many nodes (1)");
    sink.file("kinds", &kinds_, "JSON of the kinds of nodes, their speeds, prices and counts");
    sink.count("max-nodes", &max_nodes_, "N", "Without --kinds: nodes that can be had", OptionSink::Range{1, 1e6});
    sink.real("price", &price_, "USD", "Without --kinds: price of a node and hour", OptionSink::Range{0, 1e9});
    sink.real("efficiency", &efficiency_, "SHARE", "Throughput kept at each doubling of the nodes", OptionSink::Range{0.01, 1});
    sink.group("Failures");
    sink.duration("mtbf", &request_.failures.mtbf_s, "Mean time between failures of one node; none fails where it is left out");
    sink.duration("restart-time", &request_.failures.restart_s, "From a failure until training goes on");
    sink.duration("checkpoint-time", &checkpoint_s_, "That training stands still for a checkpoint");
    sink.duration("checkpoint-interval", &request_.failures.interval_s, "Work between checkpoints, instead of Daly's interval");
    sink.count("samples", &request_.samples, "N", "Simulated runs", OptionSink::Range{20, 1e6});
  }

  void check() override {
    if (!tokens_ || !(*tokens_ > 0)) throw usage_error("--tokens: expected a number of tokens above 0");
    if (!deadline_s_ || !(*deadline_s_ > 0)) throw usage_error("--deadline: expected a duration above 0, such as 7d");
    if (kinds_ && (max_nodes_ || price_)) throw usage_error("expected either --kinds or --max-nodes and --price");
    if (!kinds_ && (!max_nodes_ || !price_)) throw usage_error("expected --max-nodes and --price, or --kinds");
    if (!kinds_ && metrics_.empty()) throw usage_error("--metrics is missing", "it tells how fast a node is; so does --kinds");
    require_above_zero(request_.failures.mtbf_s, "--mtbf");
    require_above_zero(request_.failures.interval_s, "--checkpoint-interval");
    request_.percent = percentile_of_option("--percentile", percentile_);
    request_.tokens = *tokens_;
    request_.deadline_s = *deadline_s_;
  }

  frame::Outcome run(frame::Session& session) override {
    for (const std::string& one : metrics_) measured_.push_back(read_measured(session, one));
    choose_efficiency();
    choose_kinds(session);
    choose_checkpoint();
    request_.seed = session.seed();
    const DeadlineAnswer answer = meet_deadline(request_, session.stop());
    session.emit(document(answer), text(answer));
    return answer.best ? frame::Outcome::done : frame::Outcome::negative;
  }

 private:
  static void require_above_zero(const std::optional<double>& value, const char* option) {
    if (value && !(*value > 0)) throw usage_error(std::string(option) + ": expected more than 0");
  }

  void choose_efficiency() {
    if (efficiency_) {
      request_.efficiency = *efficiency_;
      efficiency_source_ = "given by --efficiency";
      return;
    }
    std::vector<Measurement> speeds;
    std::string files;
    for (const Measured& one : measured_) {
      speeds.push_back(one.speed);
      files += (files.empty() ? "" : ", ") + std::to_string(one.speed.nodes) + " nodes in " + one.file;
    }
    if (speeds.size() < 2)
      throw usage_error("--efficiency is missing",
                        "give it, or --metrics of runs on two numbers of nodes or more, such as 4:run.jsonl");
    request_.efficiency = std::min(fit_efficiency(speeds), 1.0);
    efficiency_source_ = "measured: " + files;
  }

  void choose_kinds(frame::Session& session) {
    if (kinds_) {
      request_.kinds = read_kinds(io::Json::parse(session.read_text(*kinds_), *kinds_), *kinds_);
      speed_source_ = *kinds_;
      return;
    }
    const auto fewer = [](const Measured& a, const Measured& b) { return a.speed.nodes < b.speed.nodes; };
    const Measured& base = *std::min_element(measured_.begin(), measured_.end(), fewer);
    // A run on several nodes has lost by their number already.
    const auto nodes = static_cast<double>(base.speed.nodes);
    const double alone = base.speed.tokens_per_s / nodes / std::pow(request_.efficiency, std::log2(nodes));
    request_.kinds = {{"node", alone, *price_, *max_nodes_}};
    speed_source_ = "tokens_per_s of " + base.file;
  }

  void choose_checkpoint() {
    checkpoint_source_ = "given by --checkpoint-time";
    if (!checkpoint_s_)
      for (const Measured& one : measured_)
        if (one.checkpoint_stall_s && !checkpoint_s_) {
          checkpoint_s_ = one.checkpoint_stall_s;
          checkpoint_source_ = "checkpoint_stall_s of " + one.file;
        }
    if (request_.failures.mtbf_s && !(checkpoint_s_.value_or(0) > 0) && !request_.failures.interval_s)
      throw usage_error("--checkpoint-time is missing", "without it, checkpoints cost nothing and there is no best interval");
    if (!checkpoint_s_) checkpoint_source_ = "none";
    request_.failures.checkpoint_s = checkpoint_s_.value_or(0);
  }

  io::Json document(const DeadlineAnswer& answer) const {
    io::Json record;
    record["schema"] = records::kDeadlineSchema;
    record["tokens"] = request_.tokens;
    record["deadline_s"] = request_.deadline_s;
    record["percentile"] = request_.percent;
    record["speed_source"] = speed_source_;
    record["efficiency"] = request_.efficiency;
    record["efficiency_source"] = efficiency_source_;
    record["checkpoint_s"] = request_.failures.checkpoint_s;
    record["checkpoint_source"] = checkpoint_source_;
    record["mtbf_s"] = request_.failures.mtbf_s ? io::Json(*request_.failures.mtbf_s) : io::Json();
    record["restart_s"] = request_.failures.restart_s;
    record["in_time"] = answer.best.has_value();
    record["plan"] = mix_record(answer.best ? *answer.best : answer.earliest, answer.times_s);
    if (answer.best) return record;
    record["reason"] = reason(answer);
    record["enough_nodes"] = answer.enough_nodes ? io::Json(*answer.enough_nodes) : io::Json();
    record["tokens_in_time"] = tokens_in_time(answer);
    return record;
  }

  io::Json mix_record(const Mix& mix, const std::vector<double>& times) const {
    const Run run{request_.tokens / mix.tokens_per_s, mix.nodes};
    io::Json plan;
    plan["nodes"] = mix.nodes;
    for (std::size_t i = 0; i < mix.counts.size(); ++i) {
      io::Json kind;
      kind["kind"] = request_.kinds[i].name;
      kind["nodes"] = mix.counts[i];
      plan["kinds"].push_back(kind);
    }
    plan["tokens_per_s"] = mix.tokens_per_s;
    plan["price_per_hour_usd"] = mix.price_per_hour;
    plan["expected_s"] = mix.expected_s;
    plan["expected_cost_usd"] = mix.cost();
    plan["checkpoint_interval_s"] = interval_s(run, request_.failures);
    plan["goodput"] = run.work_s / mix.expected_s;
    for (const double percent : {5.0, 50.0, 95.0, 99.0}) {
      const std::string name = "p" + frame::number(percent);
      const io::Json finish = times.empty() ? io::Json() : io::Json(sorted_percentile(times, percent));
      plan["finish_" + name + "_s"] = finish;
      plan["goodput_at_finish_" + name] = times.empty() ? io::Json() : io::Json(run.work_s / finish.as_double());
    }
    plan["finish_at_percentile_s"] = times.empty() ? io::Json() : io::Json(sorted_percentile(times, request_.percent));
    plan["simulated_runs"] = times.size();
    return plan;
  }

  /// What the earliest mix does by the deadline, in expectation.
  double tokens_in_time(const DeadlineAnswer& answer) const {
    return request_.tokens * std::min(request_.deadline_s / answer.earliest.expected_s, 1.0);
  }

  std::string reason(const DeadlineAnswer& answer) const {
    const std::string what = "the deadline of " + hours(request_.deadline_s) + " cannot be met: the earliest expected end is after " +
                             hours(answer.earliest.expected_s) + " on " + std::to_string(answer.earliest.nodes) + " nodes; ";
    return what + (answer.enough_nodes ? std::to_string(*answer.enough_nodes) + " nodes of the fastest kind would meet it"
                                       : "no number of nodes of the fastest kind would") +
           ", or " + frame::number(tokens_in_time(answer)) + " tokens instead";
  }

  std::string text(const DeadlineAnswer& answer) const {
    const Mix& mix = answer.best ? *answer.best : answer.earliest;
    const Run run{request_.tokens / mix.tokens_per_s, mix.nodes};
    std::vector<std::vector<std::string>> rows;
    for (std::size_t i = 0; i < mix.counts.size(); ++i)
      rows.push_back({"nodes of " + request_.kinds[i].name, std::to_string(mix.counts[i])});
    rows.insert(rows.end(), {{"tokens a second", frame::number(mix.tokens_per_s)},
                             {"expected time", hours(mix.expected_s)},
                             {"expected cost", frame::number(mix.cost()) + " USD"},
                             {"goodput", frame::percent(run.work_s / mix.expected_s)}});
    if (request_.failures.mtbf_s) rows.push_back({"checkpoint every", frame::number(interval_s(run, request_.failures)) + " s of work"});
    if (request_.failures.mtbf_s && !answer.times_s.empty())
      for (const double percent : {5.0, 50.0, 95.0, 99.0})
        rows.push_back({"percentile " + frame::number(percent) + " of the end", hours(sorted_percentile(answer.times_s, percent))});
    rows.push_back({"efficiency at a doubling", frame::percent(request_.efficiency)});
    return frame::table(rows) + "efficiency " + efficiency_source_ + "\n" + (answer.best ? "" : reason(answer) + "\n");
  }

  std::optional<double> tokens_, deadline_s_, price_, efficiency_, checkpoint_s_;
  std::optional<std::int64_t> max_nodes_;
  std::optional<std::string> kinds_;
  std::string percentile_ = "95", efficiency_source_, speed_source_, checkpoint_source_;
  std::vector<std::string> metrics_;
  std::vector<Measured> measured_;
  DeadlineRequest request_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_deadline() {
  return std::make_unique<Deadline>();
}

}  // namespace daybreak::plan_scale
