#include "tools/plan-scale/band.h"

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace daybreak::plan_scale {

void parse_band(const std::string& text, double& low, double& high) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) throw usage_error("--band: expected LOW:HIGH such as 0.85:0.92, found '" + text + "'");
  try {
    low = parse_share(text.substr(0, colon));
    high = parse_share(text.substr(colon + 1));
  } catch (const Error& failure) {
    throw usage_error("--band: " + failure.message(), failure.hint());
  }
  if (low >= high) throw usage_error("--band: expected the lower bound first, found '" + text + "'");
}

}  // namespace daybreak::plan_scale
