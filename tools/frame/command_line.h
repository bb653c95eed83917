#pragma once
// What stood on the command line, before any value is believed.
#include <string>
#include <vector>

#include "tools/frame/registry.h"

namespace daybreak::frame {

/// One option or operand and the texts given for it, in order. A flag has one empty text for each occurrence.
struct Given {
  const Option* option;
  std::vector<std::string> texts;
};

/// Splits the arguments by the registry. Values stay text: the options' own readers judge them later, so that the
/// command line, the configuration file and the messages agree. Error (usage) for what the registry does not know.
std::vector<Given> parse_command_line(const Registry& registry, const std::vector<std::string>& arguments);

/// Hands each text to its option's reader; Error (usage) that names the option.
void apply(const std::vector<Given>& given);

/// Error (usage) for a required option or operand that has no value.
void require_all(const Registry& registry);

}  // namespace daybreak::frame
