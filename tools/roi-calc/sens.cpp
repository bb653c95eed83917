// Which inputs matter.
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/finance/chance/tornado.h"
#include "libcore/finance/chance/variance_shares.h"
#include "libcore/records/return_record.h"
#include "tools/frame/gnuplot.h"
#include "tools/frame/text.h"
#include "tools/roi-calc/chances.h"
#include "tools/roi-calc/return_plots.h"
#include "tools/roi-calc/verbs.h"

namespace daybreak::roi_calc {
namespace {

using namespace finance;

class Sens : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    model_.declare(sink);
    sink.text("of", &output_, "NAME", "What to look at: npv, irr, payback, or an expression of the model");
    sink.text("range", &range_text_, "RANGE", "How far inputs move: p10:p90, or a share of the mean such as 10%");
    sink.count("cases", &cases_, "N", "Cases of Sobol's indices, a power of two", OptionSink::Range{2, 1 << 24});
    sink.file("plot", &plot_, "Draw the tornado into FILE", "FILE.svg|png");
    sink.count("resamples", &resamples_, "N", "Resamples of the bootstrap, for the error bars of the indices",
               OptionSink::Range{100, 100'000});
  }

  void check() override {
    if (range_text_) InputRange::parse(*range_text_);
    if (plot_) frame::check_plot(*plot_);
  }

  frame::Outcome run(frame::Session& session) override {
    const Model model = model_.read(session);
    const Evaluation evaluation = model.evaluation(output_);
    Found found{.inputs = distributions_of(model), .base = 0, .bars = {}, .slopes = {}, .shares = {}, .no_shares = {}};
    const std::vector<double> means = means_of(found.inputs);
    found.base = value_at(evaluation, means);
    if (std::isnan(found.base))
      throw data_error(model_.path(), output_ + " has no value where all inputs are at their means: " + model.why_not(output_, means));
    const bool uncertain = !uncertain_inputs(found.inputs).empty();
    range_ = range_text_.value_or(uncertain ? "p10:p90" : "10%");
    found.bars = tornado(found.inputs, evaluation, InputRange::parse(range_));
    found.slopes = elasticities(found.inputs, evaluation);
    find_shares(model, evaluation, session, found);
    if (!found.no_shares.empty()) session.log().warning("no Sobol indices: " + found.no_shares);
    session.emit(document(model, found, session.seed()), text(model, found), csv(found));
    if (plot_) draw_panels({tornado_panel(model, found.bars, found.base, output_)}, *plot_, session.side_file(*plot_));
    return frame::Outcome::done;
  }

 private:
  struct Found {
    std::vector<NamedDistribution> inputs;
    double base;
    std::vector<Influence> bars;
    std::vector<Elasticity> slopes;
    std::vector<VarianceShare> shares;  // of the uncertain inputs
    std::string no_shares;              // why there are none
  };

  void find_shares(const Model& model, const Evaluation& evaluation, frame::Session& session, Found& found) const {
    if (uncertain_inputs(found.inputs).empty()) {
      found.no_shares = "no input is uncertain";
      return;
    }
    if (!model.correlations().empty()) {
      found.no_shares = "inputs are correlated, and shares of the variance are those of independent inputs";
      return;
    }
    const auto threads = static_cast<unsigned>(session.threads());
    const SwappedResults results = swapped_results(found.inputs, evaluation, cases_, session.seed(), threads, session.stop());
    found.shares = variance_shares(results, resamples_, session.seed(), threads, session.stop());
    if (found.shares.empty())
      found.no_shares = output_ + " does not vary, or is undefined in some of the " + std::to_string(cases_) + " cases";
  }

  static io::Json bar_record(const Found& found, const Influence& bar) {
    io::Json one;
    one["input"] = found.inputs[bar.input].name;
    one["low_input"] = bar.low_input;
    one["high_input"] = bar.high_input;
    one["low_result"] = bar.low_result;
    one["high_result"] = bar.high_result;
    one["swing"] = bar.swing();
    one["monotone"] = bar.monotone;
    one["undefined"] = bar.undefined;
    return one;
  }

  io::Json document(const Model& model, const Found& found, std::uint64_t seed) const {
    io::Json record;
    record["schema"] = records::kReturnSchema;
    record["method"] = "sensitivity: one input at a time, slopes at the means, shares of the variance";
    io::Json& inputs = record["inputs"];
    inputs["model"] = model_.path();
    inputs["of"] = output_;
    inputs["unit"] = model.output(output_).unit;
    inputs["range"] = range_;
    inputs["cases"] = cases_;
    inputs["resamples"] = resamples_;
    inputs["seed"] = seed;
    inputs["assumptions"] = assumptions_record(model);
    io::Json& sens = record["sens"];
    sens["base"] = found.base;
    sens["tornado"] = io::Json::array();
    for (const Influence& bar : found.bars) sens["tornado"].push_back(bar_record(found, bar));
    for (const Elasticity& slope : found.slopes) {
      io::Json one;
      one["input"] = found.inputs[slope.input].name;
      one["slope"] = slope.slope;
      one["elasticity"] = slope.value;
      one["kink"] = slope.kink;
      sens["elasticities"].push_back(std::move(one));
    }
    sens["sobol"] = shares_record(found);
    if (!found.no_shares.empty()) sens["sobol_reason"] = found.no_shares;
    return record;
  }

  static io::Json shares_record(const Found& found) {
    if (found.shares.empty()) return {};
    io::Json all = io::Json::array();
    const std::vector<std::size_t> uncertain = uncertain_inputs(found.inputs);
    for (std::size_t i = 0; i < found.shares.size(); ++i) {
      io::Json one;
      one["input"] = found.inputs[uncertain[i]].name;
      one["first"] = estimate_record(found.shares[i].first);
      one["total"] = estimate_record(found.shares[i].total);
      all.push_back(std::move(one));
    }
    return all;
  }

  /// The indices of an input; null where it has none.
  static const VarianceShare* share_of(const Found& found, std::size_t input) {
    const std::vector<std::size_t> uncertain = uncertain_inputs(found.inputs);
    for (std::size_t i = 0; i < found.shares.size(); ++i)
      if (uncertain[i] == input) return &found.shares[i];
    return nullptr;
  }

  std::string text(const Model& model, const Found& found) const {
    std::vector<std::vector<std::string>> bars{
        {"input", "from", "to", output_, "to", "swing", "elasticity", "first index", "total index", ""}};
    for (const Influence& bar : found.bars) {
      const VarianceShare* share = share_of(found, bar.input);
      const auto index = [](const Estimate& e) { return frame::number(e.value) + " ± " + frame::number(e.high - e.value); };
      bars.push_back({found.inputs[bar.input].name, frame::number(bar.low_input), frame::number(bar.high_input),
                      frame::number(bar.low_result), frame::number(bar.high_result), frame::number(bar.swing()),
                      frame::number(found.slopes[bar.input].value), share != nullptr ? index(share->first) : "-",
                      share != nullptr ? index(share->total) : "-",
                      bar.undefined > 0 ? "undefined at some steps"
                      : bar.monotone    ? ""
                                        : "turns between"});
    }
    return assumptions_text(model) + "\n" + output_ + " with all inputs at their means: " + frame::number(found.base) + "\n\n" +
           frame::table(bars);
  }

  static std::string csv(const Found& found) {
    std::string all =
        "input,low_input,high_input,low_result,high_result,swing,monotone,slope,elasticity,first,first_low,first_high,total,total_low,"
        "total_high\n";
    const auto cell = [](double value) { return std::isfinite(value) ? "," + io::Json(value).dump() : ","; };
    for (const Influence& bar : found.bars) {
      const Elasticity& slope = found.slopes[bar.input];
      all += found.inputs[bar.input].name;
      for (const double value : {bar.low_input, bar.high_input, bar.low_result, bar.high_result, bar.swing()}) all += cell(value);
      all += (bar.monotone ? ",true" : ",false") + cell(slope.slope) + cell(slope.value);
      const VarianceShare* share = share_of(found, bar.input);
      if (share == nullptr) all += ",,,,,,";
      else for (const Estimate& e : {share->first, share->total}) all += cell(e.value) + cell(e.low) + cell(e.high);
      all += '\n';
    }
    return all;
  }

  ModelFile model_;
  std::string output_ = "npv", range_;
  std::optional<std::string> range_text_, plot_;
  std::int64_t cases_ = 1 << 13, resamples_ = 1000;
};

}  // namespace

std::unique_ptr<frame::Verb> make_sens() {
  return std::make_unique<Sens>();
}

}  // namespace daybreak::roi_calc
