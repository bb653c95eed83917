// What a run's metrics say, in a few figures and a picture.
#include <algorithm>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/median.h"
#include "libcore/records/record_file.h"
#include "libcore/records/train_record.h"
#include "tools/frame/gnuplot.h"
#include "tools/frame/text.h"
#include "tools/train-shard/verbs.h"

namespace daybreak::train_shard {
namespace {

constexpr int kPanelHeight = 540;

/// A curve: step and value.
using Curve = std::vector<std::pair<std::int64_t, double>>;

/// The steps of a run, those that a resumed run repeated as it did them last.
struct Metrics {
  Curve loss, validation, tokens_per_s, stall_share;
  Curve utilization, busy_share;  // of those steps for which they are known
};

/// The value of a step; what was noted for it or later ones before a resumption does not hold any more.
void note(Curve& curve, std::int64_t step, const io::Json& value) {
  while (!curve.empty() && curve.back().first >= step) curve.pop_back();
  if (value.is_number()) curve.emplace_back(step, value.as_double());
}

Metrics read_metrics(const std::string& text, const std::string& path) {
  Metrics metrics;
  std::size_t line_number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    const std::string where = path + ":" + std::to_string(++line_number);
    begin = end + 1;
    if (line.empty()) continue;
    // The last line may have been cut by a kill, or is being written.
    if (end == text.size() && !line.ends_with('}')) break;
    const io::Json record = io::Json::parse(line, where);
    const std::string type = record.find("type") ? record.at("type").as_string() : "";
    if (line_number == 1 && type == "begin") records::require_schema(record, records::kTrainSchema, where);
    if (line_number == 1 && type != "begin")
      throw data_error(where, "expected a record of type begin", "name the file of --metrics");
    if (type == "step") {
      note(metrics.loss, record.at("step").as_int(), record.at("loss"));
      note(metrics.tokens_per_s, record.at("step").as_int(), record.at("tokens_per_s"));
      note(metrics.stall_share, record.at("step").as_int(), record.at("data_stall_share"));
      note(metrics.utilization, record.at("step").as_int(), record.at("mfu"));
      note(metrics.busy_share, record.at("step").as_int(), record.at("busy_share"));
    } else if (type == "validation") {
      note(metrics.validation, record.at("step").as_int(), record.at("loss"));
    }
  }
  if (metrics.loss.empty() || metrics.tokens_per_s.empty() || metrics.stall_share.empty())
    throw data_error(path, "holds no step with loss, tokens_per_s and data_stall_share");
  return metrics;
}

double median_of(const Curve& curve) {
  std::vector<double> values;
  for (const auto& [step, value] : curve) values.push_back(value);
  return median(std::move(values));
}

io::Json median_or_null(const Curve& curve) {
  return curve.empty() ? io::Json() : io::Json(median_of(curve));
}

std::string share_text(const io::Json& share) {
  return share.is_null() ? "-" : frame::percent(share.as_double());
}

std::string data(const char* name, const Curve& curve) {
  std::string text = std::string("$") + name + " << END_OF_DATA\n";
  for (const auto& [step, value] : curve) text += std::to_string(step) + " " + frame::gnuplot_number(value) + "\n";
  return text + "END_OF_DATA\n";
}

std::string script(const Metrics& metrics) {
  std::string text = data("loss", metrics.loss) + data("speed", metrics.tokens_per_s);
  std::string validation;
  if (!metrics.validation.empty()) {
    text += data("validation", metrics.validation);
    validation = ", $validation using 1:2 with linespoints pointtype 7 title 'validation'";
  }
  return text + "set multiplot layout 2,1\nset xlabel 'step'\nset grid\nset ylabel 'loss (nats)'\n" +
         "plot $loss using 1:2 with lines title 'training'" + validation +
         "\nset ylabel 'tokens/s'\nset yrange [0:*]\nplot $speed using 1:2 with lines notitle\nunset multiplot\n";
}

class Report : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("METRICS", &path_, "The records of train-shard run, of a run that goes on too");
    sink.file("plot", &plot_, "Draw loss and speed by step into FILE", "FILE.svg|png");
  }

  void check() override {
    if (plot_) frame::check_plot(*plot_);
  }

  frame::Outcome run(frame::Session& session) override {
    const Metrics metrics = read_metrics(session.read_text(path_), path_);
    const auto best = std::min_element(metrics.validation.begin(), metrics.validation.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    const bool validated = best != metrics.validation.end();
    io::Json document;
    document["schema"] = records::kTrainSchema;
    document["method"] = "report";
    document["steps"] = metrics.loss.back().first;
    document["first_loss"] = metrics.loss.front().second;
    document["loss"] = metrics.loss.back().second;
    document["best_validation_loss"] = validated ? io::Json(best->second) : io::Json();
    document["best_validation_step"] = validated ? io::Json(best->first) : io::Json();
    document["tokens_per_s"] = median_of(metrics.tokens_per_s);
    document["data_stall_share"] = median_of(metrics.stall_share);
    document["mfu"] = median_or_null(metrics.utilization);
    document["busy_share"] = median_or_null(metrics.busy_share);
    session.emit(document, frame::table({{"steps", document.at("steps").dump()},
                                         {"loss at the start", frame::number(metrics.loss.front().second)},
                                         {"loss at the end", frame::number(metrics.loss.back().second)},
                                         {"least validation loss", validated ? frame::number(best->second) : "-"},
                                         {"tokens a second", frame::number(median_of(metrics.tokens_per_s))},
                                         {"waits for data", frame::percent(median_of(metrics.stall_share))},
                                         {"share of the peak", share_text(document.at("mfu"))},
                                         {"device has work", share_text(document.at("busy_share"))}}));
    if (plot_) frame::draw(script(metrics), 2 * kPanelHeight, *plot_, session.side_file(*plot_));
    return frame::Outcome::done;
  }

 private:
  std::string path_;
  std::optional<std::string> plot_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_report() {
  return std::make_unique<Report>();
}

}  // namespace daybreak::train_shard
