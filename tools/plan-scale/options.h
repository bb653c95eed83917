#pragma once
// Values of options that several verbs take, with the option named where they are wrong.
#include <string>
#include <utility>

namespace daybreak::plan_scale {

/// "0.85:0.92" of --band. Error (usage) unless two shares, the lower one first.
std::pair<double, double> parse_band(const std::string& text);
/// "99.9" of `option`. Error (usage) unless above 0 and below 100.
double percentile_of_option(const std::string& option, const std::string& text);

}  // namespace daybreak::plan_scale
