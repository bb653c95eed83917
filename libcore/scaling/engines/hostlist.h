#pragma once
// Slurm's notation for many names.
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybreak::scaling {

/// "cloud[1-3,07-08],login" into cloud1, cloud2, cloud3, cloud07, cloud08, login: brackets hold numbers and ranges, whose
/// leading zeros are kept, and a name may have several (r[1-2]n[1-4]). Error (data, at `where`) for another text, for names
/// outside letters, digits, '.', '_' and '-', and for more than a million names.
std::vector<std::string> parse_hostlist(std::string_view text, const std::string& where);

/// The shortest such notation for names in this order: names that count up from one to the next share their brackets.
std::string format_hostlist(std::span<const std::string> names);

}  // namespace daybreak::scaling
