#pragma once
// Other programs as filters: from one open file into another.
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/stop.h"

namespace daybreak::io {

/// The whole path of a program that PATH finds; nothing where there is none. Only absolute folders of PATH count.
std::optional<std::string> find_program(const std::string& name);

/// Runs a program, named by its whole path, without a shell: standard input is `input` from its beginning, standard
/// output replaces what `output` holds, standard error is dropped. Where a stop is requested the program is ended.
/// Errors: Error (resources where it cannot start; io, with its exit status, where it fails).
void run_filter(const std::string& program, const std::vector<std::string>& arguments, int input, int output,
                const StopToken& stop);

}  // namespace daybreak::io
