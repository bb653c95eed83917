#pragma once
// The return formula that Daybreak grew from, computed to the letter, and what it implies.
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/options.h"

namespace daybreak::finance {

/// roi = 2.5 * growth * (1 + 0.8 * min(investment / 50, 1)), a multiple over three years.
struct LiteralFormula {
  static constexpr double kBase = 2.5;             // multiple for each unit of traffic growth
  static constexpr double kBonus = 0.8;            // what a full investment adds
  static constexpr double kKinkMillions = 50;      // the investment past which nothing is added
  static constexpr double kYears = 3;
};

struct LiteralOptions {
  std::optional<double> investment;  // millions
  std::optional<double> growth;      // traffic after, over traffic before
  void declare(OptionSink& sink);
};

struct LiteralReturn {
  double roi_multiple;                    // over three years
  double slope_per_million;               // d roi / d investment at this investment, from the left at the kink
  double ceiling_multiple;                // what no investment exceeds at this growth
  double multiple_without_investment;     // the formula at investment 0
  double implied_annual_return;           // roi^(1/3) - 1; NaN for a negative multiple
  std::vector<std::string> warnings;      // the three things that the formula does not say
};

/// investment_millions >= 0, growth >= 0 and finite; Error (usage) otherwise.
LiteralReturn literal_return(double investment_millions, double growth);

}  // namespace daybreak::finance
