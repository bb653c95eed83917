// Where a model breaks even.
#include "libcore/base/described.h"
#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/finance/model/break_even.h"
#include "libcore/io/json_optional.h"
#include "libcore/records/return_record.h"
#include "tools/frame/gnuplot.h"
#include "tools/frame/text.h"
#include "tools/roi-calc/model_file.h"
#include "tools/roi-calc/return_plots.h"
#include "tools/roi-calc/verbs.h"

namespace daybreak::roi_calc {
namespace {

using namespace finance;

class Solve : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    model_.declare(sink);
    sink.text("input", &request_.input, "NAME", "Which input is varied; discount_rate is one too");
    sink.text("for", &goal_, "GOAL", "npv=0, irr=RATE, payback=YEARS, loss=PROBABILITY, or an expression's value");
    sink.text("range", &range_, "LO:HI", "Values of the input to search, in its unit (0 to ten times its value)");
    sink.count("cases", &request_.cases, "N", "For a loss: cases of each of 16 replicates, a power of two", OptionSink::Range{16, 1 << 20});
    sink.file("plot", &plot_, "Draw the curve over the range into FILE", "FILE.svg|png");
  }

  void check() override {
    if (request_.input.empty()) throw usage_error("--input is missing", "name one of the model's inputs");
    request_.goal = described("--for", {}, [&] { return parse_goal(goal_); });
    if (range_) request_.range = parse_range(*range_);
    if (plot_) frame::check_plot(*plot_);
  }

  frame::Outcome run(frame::Session& session) override {
    const Model model = model_.read(session);
    request_.seed = session.seed();
    const BreakEvenSearch search(model, request_);
    const BreakEven found = search.run(session.stop());
    for (const std::string& note : found.notes) session.log().info(note);
    session.emit(document(model, found), text(model, found));
    if (plot_) draw(model, search, found, session);
    return found.within.all.empty() ? frame::Outcome::negative : frame::Outcome::done;
  }

 private:
  static std::pair<double, double> parse_range(const std::string& text) {
    const auto colon = text.find(':');
    if (colon == std::string::npos) throw usage_error("--range: expected LO:HI such as 0:20, found '" + text + "'");
    return described("--range", {}, [&] { return std::pair{parse_real(text.substr(0, colon)), parse_real(text.substr(colon + 1))}; });
  }

  static std::string status(const BreakEven& found) {
    if (found.within.all.empty()) return "none";
    if (found.within.all.size() > 1) return "several";
    return found.within.all[0].kind == CrossingKind::stays ? "everywhere" : "one";
  }

  static io::Json crossing_record(const Crossing& crossing) {
    io::Json one;
    one["value"] = crossing.from;
    if (crossing.kind == CrossingKind::stays) one["to"] = crossing.to;
    one["kind"] = crossing_kind_name(crossing.kind);
    return one;
  }

  io::Json document(const Model& model, const BreakEven& found) const {
    io::Json record;
    record["schema"] = records::kReturnSchema;
    record["method"] = request_.goal.is_loss() ? "break-even of a percentile, scrambled Sobol points" : "break-even";
    io::Json& inputs = record["inputs"];
    inputs["model"] = model_.path();
    inputs["input"] = request_.input;
    inputs["unit"] = model.inputs()[model.input(request_.input)].unit;
    inputs["for"] = goal_;
    if (request_.goal.is_loss()) {
      inputs["cases"] = request_.cases;
      inputs["seed"] = request_.seed;
    }
    inputs["assumptions"] = assumptions_record(model);
    io::Json& solve = record["solve"];
    solve["status"] = status(found);
    solve["now"] = found.now;
    solve["range"]["low"] = found.range.first;
    solve["range"]["high"] = found.range.second;
    solve["roots"] = io::Json::array();
    for (std::size_t i = 0; i < found.within.all.size(); ++i) {
      io::Json one = crossing_record(found.within.all[i]);
      if (!found.standard_errors.empty()) one["standard_error"] = found.standard_errors[i];
      solve["roots"].push_back(std::move(one));
    }
    solve["outside"] = io::Json::array();
    for (const Crossing& crossing : found.outside) solve["outside"].push_back(crossing_record(crossing));
    solve["at_low"] = found.within.at_low;
    solve["at_high"] = found.within.at_high;
    solve["undefined_share"] = found.within.undefined_share;
    solve["resolution"] = found.within.resolution;
    solve["notes"] = io::Json::array(found.notes);
    return record;
  }

  std::string row_text(const Crossing& crossing) const {
    const std::string value = frame::number(crossing.from);
    switch (crossing.kind) {
      case CrossingKind::crosses: return value;
      case CrossingKind::touches: return value + ", which it only touches";
      case CrossingKind::jumps: return value + ", where it jumps from one side to the other";
      case CrossingKind::stays: break;
    }
    return value + " to " + frame::number(crossing.to) + ", all of it";
  }

  std::string text(const Model& model, const BreakEven& found) const {
    const ModelInput& input = model.inputs()[model.input(request_.input)];
    const std::string unit = input.unit.empty() ? "" : " " + input.unit;
    std::vector<std::vector<std::string>> rows{
        {"goal", goal_},
        {"input", request_.input + unit},
        {"now", frame::number(found.now)},
        {"searched", "from " + frame::number(found.range.first) + " to " + frame::number(found.range.second)}};
    for (std::size_t i = 0; i < found.within.all.size(); ++i) {
      const std::string error = found.standard_errors.empty() ? "" : " (standard error " + frame::number(found.standard_errors[i]) + ")";
      rows.push_back({"reached at", row_text(found.within.all[i]) + error});
    }
    if (found.within.all.empty()) rows.push_back({"reached", "nowhere in this range"});
    for (const Crossing& crossing : found.outside) rows.push_back({"outside the range", row_text(crossing)});
    if (found.within.undefined_share > 0)
      rows.push_back({"without a value", frame::percent(found.within.undefined_share) + " of the range"});
    std::string notes;
    for (const std::string& note : found.notes) notes += note + "\n";
    return assumptions_text(model) + "\n" + frame::table(rows) + notes;
  }

  void draw(const Model& model, const BreakEvenSearch& search, const BreakEven& found, frame::Session& session) const {
    const ModelInput& input = model.inputs()[model.input(request_.input)];
    CurvePanel panel{with_unit(request_.input, input.unit), with_unit(search.curve_name(), search.curve_unit()), {}, {}, found.within.all};
    panel.sample(search.curve(session.stop()), found.range.first, found.range.second);
    draw_panels({break_even_panel(panel)}, *plot_, session.side_file(*plot_));
  }

  ModelFile model_;
  std::string goal_ = "npv=0";
  std::optional<std::string> range_, plot_;
  BreakEvenRequest request_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_solve() {
  return std::make_unique<Solve>();
}

}  // namespace daybreak::roi_calc
