#pragma once
// JSON values as YAML 1.2 block text, for programs that people feed with YAML.
#include <string>

#include "libcore/io/json.h"

namespace daybreak::io {

/// One YAML document, two spaces a level, keys in their order. Strings are quoted unless they are plain words that no reader
/// takes for anything else. Ends in a line end.
std::string to_yaml(const Json& value);

}  // namespace daybreak::io
