#pragma once
// What --help and --version print.
#include <string>

#include "tools/frame/registry.h"
#include "tools/frame/tool.h"

namespace daybreak::frame {

/// The page of the whole tool: its question, an example, its verbs.
std::string tool_help(const ToolSpec& tool);
/// The page of one verb: an example, its options by group with their defaults, the exit statuses. At most 79 columns.
std::string verb_help(const ToolSpec& tool, const VerbSpec& verb, const Registry& registry);
/// "plan-scale sim [OPTION]... INPUT..."
std::string usage_line(const ToolSpec& tool, const VerbSpec& verb, const Registry& registry);
/// "-j, --threads N" as help and man page spell it.
std::string signature(const Option& option);
/// The option's sentence with its default.
std::string description(const Option& option);

}  // namespace daybreak::frame
