// What a model comes to when its inputs are uncertain.
#include <algorithm>
#include <cmath>

#include "libcore/records/return_record.h"
#include "tools/frame/gnuplot.h"
#include "tools/frame/text.h"
#include "tools/roi-calc/case_table.h"
#include "tools/roi-calc/chances.h"
#include "tools/roi-calc/return_plots.h"
#include "tools/roi-calc/verbs.h"

namespace daybreak::roi_calc {
namespace {

using namespace finance;

class MonteCarloVerb : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    model_.declare(sink);
    sink.text("of", &output_, "NAME", "What to look at: npv, irr, payback, or an expression of the model");
    options_.declare(sink);
    sink.file("plot", &plot_, "Draw the distribution into FILE", "FILE.svg|png");
    sink.file("samples", &samples_, "Write every case with its result to FILE as CSV");
  }

  void check() override {
    options_.check();
    if (plot_) frame::check_plot(*plot_);
  }

  frame::Outcome run(frame::Session& session) override {
    const Model model = model_.read(session);
    const Evaluation evaluation = model.evaluation(output_);
    const CaseSource source = cases_of(model, model_.path(), options_, session.seed());
    warn(source, session.log());
    io::AtomicFile* samples = samples_ ? &session.side_file(*samples_) : nullptr;  // refused before the work, not after it
    const MonteCarloResult result = monte_carlo(source, evaluation, options_, static_cast<unsigned>(session.threads()), session.stop());
    if (samples != nullptr) write_cases(source, result.results, output_, *samples, session.stop());
    const std::string undefined = why_undefined(model, source, result);
    if (!undefined.empty()) session.log().warning(undefined);
    session.emit(document(model, source, result, undefined, session.seed()), text(model, result), csv(result));
    if (plot_) draw_panels({distribution_panel(result.results, output_, model.output(output_).unit)}, *plot_, session.side_file(*plot_));
    return result.undefined == 0 ? frame::Outcome::done : frame::Outcome::negative;
  }

 private:
  static void warn(const CaseSource& source, LogSink& log) {
    if (uncertain_inputs(source.inputs()).empty()) log.warning("no input is uncertain, so that every case is the same");
    if (const double change = source.copula().largest_change(); change > 0)
      log.warning("--nearest-psd: rank correlations are changed by up to " + frame::number(change));
  }

  /// A payback is no gain that could be a loss.
  bool tells_loss() const { return output_ != "payback" && output_ != "discounted_payback"; }

  /// Of the first case without a value, what is wrong with it; "" where all have one.
  std::string why_undefined(const Model& model, const CaseSource& source, const MonteCarloResult& result) const {
    if (result.undefined == 0) return {};
    const auto first = static_cast<std::size_t>(
        std::find_if(result.results.begin(), result.results.end(), [](double one) { return std::isnan(one); }) - result.results.begin());
    const auto cases = static_cast<std::size_t>(options_.cases);
    CaseBlock block = source.block(source.points().replicate(first / cases), first % cases / kCasesABlock);
    std::vector<double> row;
    for (std::size_t input = 0; input < block.inputs(); ++input) row.push_back(block.column(input)[first % cases % kCasesABlock]);
    return std::to_string(result.undefined) + " of " + std::to_string(result.results.size()) + " cases have no " + output_ +
           ", so that there is neither mean nor percentile; the first: " + model.why_not(output_, row);
  }

  io::Json document(const Model& model, const CaseSource& source, const MonteCarloResult& result, const std::string& undefined,
                    std::uint64_t seed) const {
    io::Json record;
    record["schema"] = records::kReturnSchema;
    record["method"] = "monte carlo, " + std::string(options_.sampler == "sobol" ? "scrambled Sobol points" : "independent points");
    io::Json& inputs = record["inputs"];
    inputs["model"] = model_.path();
    inputs["of"] = output_;
    inputs["unit"] = model.output(output_).unit;
    inputs["sampler"] = options_.sampler;
    inputs["cases"] = options_.cases;
    inputs["replicates"] = options_.replicates;
    inputs["seed"] = seed;
    inputs["assumptions"] = assumptions_record(model);
    inputs["correlations"] = correlations_record(model, &source.copula());
    inputs["largest_correlation_change"] = source.copula().largest_change();
    fill(record["mc"], result, undefined);
    return record;
  }

  void fill(io::Json& mc, const MonteCarloResult& result, const std::string& undefined) const {
    mc["probability_of_loss"] = nullptr;
    for (const auto& [name, estimate] : named_estimates(result, tells_loss())) mc[name] = estimate.value;
    mc["standard_error"] = result.mean.standard_error;
    mc["standard_deviation"] = result.standard_deviation;
    mc["loss_below"] = options_.loss_below;
    mc["results"] = result.results.size();
    mc["undefined"] = result.undefined;
    mc["infinite"] = result.infinite;
    for (const auto& [name, estimate] : named_estimates(result, tells_loss())) mc["intervals"][name] = estimate_record(estimate);
    if (!undefined.empty()) mc["reason"] = undefined;
  }

  std::string text(const Model& model, const MonteCarloResult& result) const {
    std::vector<std::vector<std::string>> rows{{"standard deviation", frame::number(result.standard_deviation)},
                                               {"cases", std::to_string(result.results.size())}};
    if (result.undefined > 0) rows.push_back({"cases without a value", std::to_string(result.undefined)});
    const std::string unit = model.output(output_).unit;
    return assumptions_text(model) + "\n" + estimates_text(output_ + (unit.empty() ? "" : " (" + unit + ")"), named_estimates(result, tells_loss())) +
           frame::table(rows);
  }

  std::string csv(const MonteCarloResult& result) const {
    std::string all = "statistic,value,standard_error,low,high\n";
    const auto cell = [](double value) { return std::isfinite(value) ? "," + io::Json(value).dump() : ","; };
    for (const auto& [name, e] : named_estimates(result, tells_loss()))
      all += name + cell(e.value) + cell(e.standard_error) + cell(e.low) + cell(e.high) + "\n";
    return all;
  }

  ModelFile model_;
  MonteCarloOptions options_;
  std::string output_ = "npv";
  std::optional<std::string> samples_, plot_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_mc() {
  return std::make_unique<MonteCarloVerb>();
}

}  // namespace daybreak::roi_calc
