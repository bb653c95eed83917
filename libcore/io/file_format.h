#pragma once
// Which format an input has: by what it begins with, then by its name.
#include <string>

#include "libcore/io/array_file.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// The name of the format, as ReadOptions spells it, or "tar". What no rule recognizes is "raw" where a type is given,
/// else "text" where it begins as UTF-8 does, else "bytes".
std::string guess_format(const InputFile& file, const ReadOptions& options);

}  // namespace daybreak::io
