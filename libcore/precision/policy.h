#pragma once
// Decides on a format for every tensor of a profile, and says so as a precision map.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/precision/assignment.h"
#include "libcore/precision/profile.h"
#include "libcore/records/precision_map.h"

namespace daybreak::precision {

struct PolicyOptions {
  std::string policy = "directional";  // directional, products, fisher, first-order, grad-norm, uniform:FORMAT
  double threshold = 0.1;              // grad-norm
  std::string of = "sum";              // grad-norm: of the gradient of the sum of all logits, or of the mean loss
  std::optional<double> max_kl;        // all but grad-norm and uniform: nats a token
  std::vector<std::string> keep;       // "NAME=FORMAT" or "re:PATTERN=FORMAT", an extended regular expression (POSIX) for a whole name

  void declare(OptionSink& sink);
  /// Error (usage) for an unknown policy and for a policy without its budget.
  void check() const;
};

struct Decision {
  records::PrecisionMap map;
  bool feasible = true;               // false: the map is the one of least damage, which is still above the budget
  std::vector<std::string> warnings;  // what the chosen rule overlooks
};

/// Applies a policy. grad-norm is the rule to the letter: F32 where the norm of the gradient is above the threshold, else
/// F16, for each tensor alone. uniform gives one format to all but norms and biases. The others give each tensor (norms
/// and biases stay F32; tensors of one group get the same format) a format so that the predicted damage stays within
/// max_kl and the bytes are as few as possible, with proof (solve_assignment). No policy but grad-norm picks a format
/// whose range a tensor leaves. Errors: Error (usage) for a pin that matches nothing, contradicts another in its group or
/// names a format that the profile lacks.
Decision decide(const Profile& profile, const PolicyOptions& options);

/// One format of `format` for a module's three products: F8 multiplies forward only, and BF16 goes backward, for gradients
/// reach below what F8_E4M3 holds.
records::ModuleFormats module_formats(NumberFormat format);

/// The format that each tensor is pinned to by `keep`, nothing for the rest. Errors as decide().
std::vector<std::optional<NumberFormat>> pinned_formats(const Profile& profile, const std::vector<std::string>& keep);

}  // namespace daybreak::precision
