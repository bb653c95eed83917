#pragma once
// The option --band of several verbs.
#include <string>

namespace daybreak::plan_scale {

/// "0.85:0.92" into its two shares; Error (usage) for another text.
void parse_band(const std::string& text, double& low, double& high);

}  // namespace daybreak::plan_scale
