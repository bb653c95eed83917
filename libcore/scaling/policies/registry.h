#pragma once
// All policies by name, and all their options.
#include <memory>
#include <string>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/scaling/policies/literal.h"
#include "libcore/scaling/policies/static.h"

namespace daybreak::scaling {

struct PolicyOptions {
  LiteralOptions literal;
  StaticOptions fixed;
  void declare(OptionSink& sink);
};

/// The policy of that name; Error (usage) for another name or an option that makes no sense.
std::unique_ptr<Policy> make_policy(const std::string& name, const PolicyOptions& options, const Setting& setting);
/// The names that make_policy() knows.
std::vector<std::string> policy_names();

}  // namespace daybreak::scaling
