#pragma once
// A rule for Make and ninja: the output depends on everything that was read.
#include <string>
#include <vector>

namespace daybreak::frame {

/// "target: input input" with spaces, hashes and dollars escaped.
std::string depfile_rule(const std::string& target, const std::vector<std::string>& inputs);

}  // namespace daybreak::frame
