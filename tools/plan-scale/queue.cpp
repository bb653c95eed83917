// How long arrivals wait before so many servers, and how many servers a target needs.
#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/io/json_optional.h"
#include "libcore/records/queue_record.h"
#include "libcore/scaling/queueing/erlang.h"
#include "libcore/scaling/queueing/options.h"
#include "tools/frame/text.h"
#include "tools/plan-scale/options.h"
#include "tools/plan-scale/verbs.h"

namespace daybreak::plan_scale {
namespace {

using namespace scaling;

std::string seconds(double value) {
  return frame::number(value) + " s";
}

class Queue : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    queue_.declare(sink);
    sink.group("Report");
    sink.list("percentile", &percentiles_, "P", "Percentile of the wait to report; 50, 95 and 99 where none is given");
    sink.list("wait-over", &waits_, "TIME", "Report the share that waits for longer");
  }

  void check() override {
    model_ = queue_.model();
    target_ = queue_.target();
    if (!queue_.servers && !target_.any())
      throw usage_error("--servers is missing", "or ask for the fewest servers, with --target-wait or another target");
    percents_ = {50, 95, 99};
    if (!percentiles_.empty()) percents_.clear();
    for (const std::string& text : percentiles_) percents_.push_back(percentile_of_option("--percentile", text));
    for (const std::string& text : waits_) waits_s_.push_back(wait_of_option(text));
  }

  frame::Outcome run(frame::Session& session) override {
    const std::optional<std::int64_t> smallest = target_.any() ? smallest_servers(model_, target_) : std::nullopt;
    const std::optional<std::int64_t> servers = queue_.servers ? queue_.servers : smallest;
    const bool stable = servers && *servers >= model_.smallest_stable();
    const bool reached = servers && reaches(model_, *servers, target_);
    io::Json record = inputs();
    if (target_.any()) add_target(record, smallest, reached);
    record["servers"] = servers ? io::Json(*servers) : io::Json();
    record["smallest_stable_servers"] = model_.smallest_stable();
    record["stable"] = stable;
    std::vector<std::vector<std::string>> rows{{"model", std::string(model_.name())}, {"offered load", frame::number(model_.offered())}};
    if (servers) rows.push_back({"servers", std::to_string(*servers) + (queue_.servers ? "" : ", the fewest that reach the target")});
    if (servers) report(record, rows, *servers, stable);
    const std::string verdict = verdict_of(servers, smallest, stable, reached);
    if (!verdict.empty()) record["reason"] = verdict;
    session.emit(record, frame::table(rows) + (verdict.empty() ? "" : verdict + "\n"));
    return verdict.empty() ? frame::Outcome::done : frame::Outcome::negative;
  }

 private:
  static double wait_of_option(const std::string& text) {
    try {
      return parse_duration(text);
    } catch (const Error& failure) {
      throw usage_error("--wait-over: " + failure.message(), failure.hint());
    }
  }

  io::Json inputs() const {
    io::Json record;
    record["schema"] = records::kQueueSchema;
    record["model"] = model_.name();
    record["approximate"] = model_.approximate();
    record["arrival_rate_per_s"] = model_.arrival_rate;
    record["service_rate_per_s"] = model_.service_rate;
    record["scv_arrivals"] = model_.scv_arrivals;
    record["scv_service"] = model_.scv_service;
    record["patience_s"] = io::or_null(model_.patience_s);
    record["offered_load"] = model_.offered();
    return record;
  }

  void add_target(io::Json& record, std::optional<std::int64_t> smallest, bool reached) const {
    io::Json& target = record["target"];
    target["wait_mean_s"] = io::or_null(target_.wait_mean_s);
    target["percentile"] = target_.percentile ? io::Json(target_.percentile->percent) : io::Json();
    target["percentile_wait_s"] = target_.percentile ? io::Json(target_.percentile->wait_s) : io::Json();
    target["blocked_share"] = io::or_null(target_.blocked_share);
    target["abandoned_share"] = io::or_null(target_.abandoned_share);
    target["reached"] = reached;
    target["smallest_servers"] = smallest ? io::Json(*smallest) : io::Json();
  }

  void report(io::Json& record, std::vector<std::vector<std::string>>& rows, std::int64_t servers, bool stable) const {
    const auto blocked = static_cast<double>(erlang_b(servers, model_.offered()));
    record["blocked_share"] = blocked;
    rows.push_back({"lost without a queue (Erlang B)", frame::percent(blocked)});
    if (!stable) return;
    const Waiting waiting(model_, servers);
    const double utilization = model_.offered() / static_cast<double>(servers) * (1 - waiting.abandoned_share());
    record["utilization"] = utilization;
    record["wait_probability"] = waiting.wait_probability();
    record["wait_mean_s"] = waiting.wait_mean_s();
    record["queue_mean"] = waiting.queue_mean();
    record["abandoned_share"] = waiting.abandoned_share();
    rows.insert(rows.end(), {{"utilization", frame::percent(utilization)},
                             {"have to wait", frame::percent(waiting.wait_probability())},
                             {"mean wait", seconds(waiting.wait_mean_s())},
                             {"mean queue", frame::number(waiting.queue_mean())}});
    if (model_.patience_s) rows.push_back({"leave unserved", frame::percent(waiting.abandoned_share())});
    report_distribution(record, rows, waiting);
  }

  void report_distribution(io::Json& record, std::vector<std::vector<std::string>>& rows, const Waiting& waiting) const {
    record["percentiles"] = io::Json::array();
    for (const double percent : percents_) {
      io::Json one;
      one["percentile"] = percent;
      one["wait_s"] = waiting.percentile_s(percent);
      record["percentiles"].push_back(one);
      rows.push_back({"percentile " + frame::number(percent) + " of the wait", seconds(waiting.percentile_s(percent))});
    }
    record["waits_over"] = io::Json::array();
    for (const double wait_s : waits_s_) {
      io::Json one;
      one["wait_s"] = wait_s;
      one["share"] = waiting.tail(wait_s);
      record["waits_over"].push_back(one);
      rows.push_back({"wait over " + seconds(wait_s), frame::percent(waiting.tail(wait_s))});
    }
  }

  /// What is wrong, or nothing.
  std::string verdict_of(std::optional<std::int64_t> servers, std::optional<std::int64_t> smallest, bool stable, bool reached) const {
    const std::string most = std::to_string(kMostServers);
    if (servers && !stable && !blocking_alone())
      return "unstable: " + frame::number(model_.offered()) + " servers' worth of work arrives, so the queue grows for ever; " +
             std::to_string(model_.smallest_stable()) + " servers is the fewest that keep up" +
             (smallest ? ", " + std::to_string(*smallest) + " reach the target" : "");
    if (reached) return "";
    return "the target is not reached; " + (smallest ? std::to_string(*smallest) + " servers is the fewest that do"
                                                     : "not even by " + most + " servers");
  }

  /// Without a queue nothing can grow.
  bool blocking_alone() const {
    return target_.blocked_share && !target_.wait_mean_s && !target_.percentile && !target_.abandoned_share;
  }

  QueueOptions queue_;
  QueueModel model_;
  QueueTarget target_;
  std::vector<std::string> percentiles_, waits_;
  std::vector<double> percents_, waits_s_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_queue() {
  return std::make_unique<Queue>();
}

}  // namespace daybreak::plan_scale
