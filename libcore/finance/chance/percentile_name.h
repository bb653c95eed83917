#pragma once
// Percentiles by name.
#include <optional>
#include <string_view>

#include "libcore/base/parse.h"

namespace daybreak::finance {

/// "p10" -> 0.1; nothing for a text of another form. What is not between p0 and p100 is given all the same.
inline std::optional<double> named_percentile(std::string_view text) {
  if (!text.starts_with('p')) return std::nullopt;
  const std::optional<double> percent = try_parse_real(text.substr(1));
  return percent ? std::optional(*percent / 100) : std::nullopt;
}

}  // namespace daybreak::finance
