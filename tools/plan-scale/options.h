#pragma once
// Values of options that several verbs take, with the option named where they are wrong.
#include <string>

namespace daybreak::plan_scale {

/// "99.9" of `option`. Error (usage) unless above 0 and below 100.
double percentile_of_option(const std::string& option, const std::string& text);

}  // namespace daybreak::plan_scale
