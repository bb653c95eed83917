#include "tools/plan-scale/options.h"

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/scaling/queueing/options.h"

namespace daybreak::plan_scale {

std::pair<double, double> parse_band(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) throw usage_error("--band: expected LOW:HIGH such as 0.85:0.92, found '" + text + "'");
  std::pair<double, double> band;
  try {
    band = {parse_share(text.substr(0, colon)), parse_share(text.substr(colon + 1))};
  } catch (const Error& failure) {
    throw usage_error("--band: " + failure.message(), failure.hint());
  }
  if (band.first >= band.second) throw usage_error("--band: expected the lower bound first, found '" + text + "'");
  return band;
}

double percentile_of_option(const std::string& option, const std::string& text) {
  try {
    return scaling::parse_percentile(text);
  } catch (const Error& failure) {
    throw usage_error(option + ": " + failure.message(), failure.hint());
  }
}

}  // namespace daybreak::plan_scale
