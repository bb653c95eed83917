#include "libcore/finance/claims/literal.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "libcore/base/error.h"

namespace daybreak::finance {
namespace {

using F = LiteralFormula;

double formula(double investment, double growth) {
  return F::kBase * growth * (1 + F::kBonus * std::min(investment / F::kKinkMillions, 1.0));
}

std::vector<std::string> warnings_about(double investment, double growth, double roi) {
  const auto brief = [](double value) {
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
  };
  std::vector<std::string> all;
  all.push_back("the formula has no cost in it: with nothing invested it still returns " + brief(formula(0, growth)) +
                " times, so a multiple above 1 says nothing about profit; use npv or irr for a decision");
  all.push_back("past " + brief(F::kKinkMillions) + " million the formula is flat, not exponential: " +
                (investment >= F::kKinkMillions ? "at this investment a further million adds 0"
                                                : "below it every million adds " + brief(F::kBonus * F::kBase * growth / F::kKinkMillions)) +
                ", and nothing exceeds " + brief(F::kBase * (1 + F::kBonus) * growth) + " times");
  all.push_back("the formula has no time and no discounting: read as a multiple over three years, " + brief(roi) +
                " times means " + brief(std::round(100 * (std::cbrt(roi) - 1))) + " % a year");
  return all;
}

}  // namespace

void LiteralOptions::declare(OptionSink& sink) {
  const OptionSink::Range positive{0, std::numeric_limits<double>::max()};
  sink.real("investment", &investment, "MILLIONS", "Money invested, in millions", positive);
  sink.real("growth", &growth, "FACTOR", "Traffic growth as a factor", positive);
}

LiteralReturn literal_return(double investment, double growth) {
  if (!(investment >= 0) || !(growth >= 0) || !std::isfinite(investment) || !std::isfinite(growth))
    throw usage_error("investment and growth must be finite and at least 0");
  LiteralReturn result{};
  result.roi_multiple = formula(investment, growth);
  if (!std::isfinite(result.roi_multiple)) throw usage_error("the growth is too large for the formula");
  result.slope_per_million = investment <= F::kKinkMillions ? F::kBase * F::kBonus / F::kKinkMillions * growth : 0;
  result.ceiling_multiple = F::kBase * (1 + F::kBonus) * growth;
  result.multiple_without_investment = F::kBase * growth;
  result.implied_annual_return = std::pow(result.roi_multiple, 1 / F::kYears) - 1;
  result.warnings = warnings_about(investment, growth, result.roi_multiple);
  return result;
}

}  // namespace daybreak::finance
