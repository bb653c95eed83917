#pragma once
// All options of one verb, in the order of declaration: the one source for parsing, help, man, completion and config.
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/options.h"

namespace daybreak::frame {

class Registry : public OptionSink {
 public:
  void add(Option option) override;
  void group(std::string_view heading) override { group_ = heading; }

  const std::vector<Option>& options() const { return options_; }
  /// The option with that long name (without dashes), or null. Operands are not found by name.
  const Option* find(std::string_view name) const;

 private:
  std::vector<Option> options_;
  std::string group_;
};

/// The word of `known` that a typing error may have meant, or an empty text.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace daybreak::frame
