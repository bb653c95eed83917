#pragma once
// What stood on the command line or in a configuration file, before any value is believed.
#include <string>
#include <vector>

#include "tools/frame/registry.h"

namespace daybreak::frame {

/// One option or operand and the texts given for it, in order. A flag has one empty text for each occurrence.
struct Given {
  const Option* option;
  std::vector<std::string> texts;
  std::string where = {};  // "FILE:LINE"; "": the command line
};

/// Splits the arguments by the registry. Values stay text: the options' own readers judge them later, so that the
/// command line, the configuration file and the messages agree. Error (usage) for what the registry does not know, and
/// for an option of one value that is given twice.
std::vector<Given> parse_command_line(const Registry& registry, const std::vector<std::string>& arguments);

/// Hands each text to its option's reader. Error that names the option: usage, or config where it stood in a file.
void apply(const std::vector<Given>& given);

/// Error (usage) for a required option or operand that has no value.
void require_all(const Registry& registry);

}  // namespace daybreak::frame
