#pragma once
// --set NAME=VALUE: numbers by name, perhaps out of another tool's record.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/options.h"

namespace daybreak::roi_calc {

struct NamedValues {
  std::vector<std::string> texts;  // as given

  void declare(OptionSink& sink, const std::string& names_known);
  /// Gives each value to the variable of its name; Error (usage) for a name that `known` lacks. Reads files.
  void assign(const std::map<std::string, std::optional<double>*>& known) const;
};

}  // namespace daybreak::roi_calc
