#include "tools/roi-calc/chances.h"

#include "libcore/base/described.h"
#include "tools/frame/text.h"

namespace daybreak::roi_calc {

using namespace finance;

CaseSource cases_of(const Model& model, const std::string& path, const MonteCarloOptions& options, std::uint64_t seed) {
  return described(path, {}, [&] {
    auto inputs = distributions_of(model);
    GaussianCopula copula(inputs, model.correlations(), options.nearest_psd);
    return CaseSource(std::move(inputs), std::move(copula), options.kind(), options.cases, seed);
  });
}

NamedEstimates named_estimates(const MonteCarloResult& result, bool with_loss) {
  NamedEstimates all{{"mean", result.mean}};
  for (const auto& [percent, value] : result.percentiles) all.emplace_back("p" + io::Json(percent).dump(), value);
  if (with_loss) all.emplace_back("probability_of_loss", result.probability_of_loss);
  return all;
}

io::Json estimate_record(const Estimate& estimate) {
  io::Json one;
  one["value"] = estimate.value;
  one["standard_error"] = estimate.standard_error;
  one["low"] = estimate.low;
  one["high"] = estimate.high;
  return one;
}

std::string estimates_text(const std::string& heading, const NamedEstimates& estimates) {
  std::vector<std::vector<std::string>> rows{{heading, "value", "95 % interval", ""}};
  for (const auto& [name, estimate] : estimates) {
    const bool share = name == "probability_of_loss";
    const auto shown = [&](double value) { return share ? frame::percent(value) : frame::number(value); };
    rows.push_back({share ? "probability of a loss" : name, shown(estimate.value), shown(estimate.low), shown(estimate.high)});
  }
  return frame::table(rows);
}

io::Json correlations_record(const Model& model, const GaussianCopula* copula) {
  io::Json all = io::Json::array();
  const bool changed = copula != nullptr && copula->largest_change() > 0;
  for (const auto& [first, second, given] : model.correlations()) {
    const double value = changed ? copula->between(first, second) : given;
    all.push_back(io::Json::Array{model.inputs()[first].name, model.inputs()[second].name, value});
  }
  return all;
}

}  // namespace daybreak::roi_calc
