#pragma once
// The configuration file: TOML's `key = value` lines, where a key is the long name of an option.
#include <string>
#include <string_view>
#include <vector>

#include "tools/frame/command_line.h"

namespace daybreak::frame {

/// Reads the text of a configuration file. Strings, numbers, booleans and arrays of them; no tables. Error (config)
/// with file and line for an unknown key, a key given twice or a value that TOML does not know.
std::vector<Given> parse_config(const Registry& registry, std::string_view text, const std::string& file);

/// The values in force, so that parse_config() of it gives the same values and printing those the same bytes.
std::string print_config(const Registry& registry);

}  // namespace daybreak::frame
