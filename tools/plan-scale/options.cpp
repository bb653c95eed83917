#include "tools/plan-scale/options.h"

#include "libcore/base/error.h"
#include "libcore/scaling/queueing/options.h"

namespace daybreak::plan_scale {

double percentile_of_option(const std::string& option, const std::string& text) {
  try {
    return scaling::parse_percentile(text);
  } catch (const Error& failure) {
    throw usage_error(option + ": " + failure.message(), failure.hint());
  }
}

}  // namespace daybreak::plan_scale
