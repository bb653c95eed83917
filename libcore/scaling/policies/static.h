#pragma once
// A fleet that never changes.
#include <memory>

#include "libcore/base/options.h"
#include "libcore/scaling/policies/policy.h"

namespace daybreak::scaling {

struct StaticOptions {
  std::optional<std::int64_t> nodes;  // default: what the peak needs
  void declare(OptionSink& sink);
};

std::unique_ptr<Policy> make_static(const StaticOptions& options, const Setting& setting);

}  // namespace daybreak::scaling
