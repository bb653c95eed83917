#pragma once
// Lists in messages.
#include <string>
#include <string_view>

namespace daybreak {

/// The texts of a range, one after the other: "a, b, c".
template <class Range>
std::string joined(const Range& texts, std::string_view between = ", ") {
  std::string all;
  for (const std::string_view text : texts) {
    if (!all.empty()) all += between;
    all += text;
  }
  return all;
}

}  // namespace daybreak
