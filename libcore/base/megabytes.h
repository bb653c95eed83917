#pragma once
// Amounts of memory as messages tell them.
#include <array>
#include <cstdio>
#include <string>

namespace daybreak {

/// "12.5 MB": a million bytes are a megabyte.
inline std::string in_megabytes(double bytes) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.1f MB", bytes / 1e6);
  return text.data();
}

}  // namespace daybreak
