#pragma once
// How results read on a terminal.
#include <string>
#include <vector>

namespace daybreak::frame {

/// Columns aligned: the first to the left, the others to the right where they begin with a digit or a sign.
std::string table(const std::vector<std::vector<std::string>>& rows);
/// At most six significant digits, without trailing zeros; "-" for NaN.
std::string number(double value);
/// 0.1234 -> "12.34 %"
std::string percent(double share);
/// 1234567 -> "1.23 MB"
std::string bytes(double count);

}  // namespace daybreak::frame
