#include "tools/roi-calc/named_values.h"

#include "libcore/base/error.h"
#include "libcore/records/record_file.h"

namespace daybreak::roi_calc {

void NamedValues::declare(OptionSink& sink, const std::string& names_known) {
  sink.list("set", &texts, "NAME=VALUE", "Set " + names_known + "; @FILE:/json/pointer reads a record");
}

void NamedValues::assign(const std::map<std::string, std::optional<double>*>& known) const {
  for (const std::string& text : texts) {
    const records::Assignment one = records::parse_assignment(text);
    const auto variable = known.find(one.name);
    if (variable == known.end()) {
      std::string names;
      for (const auto& entry : known) names += (names.empty() ? "" : ", ") + entry.first;
      throw usage_error("--set: unknown name '" + one.name + "'", "known here: " + names);
    }
    *variable->second = one.value;
  }
}

}  // namespace daybreak::roi_calc
