#pragma once
// Is it text?
#include <cstddef>
#include <string_view>

namespace daybreak::io {

/// How many bytes at the beginning are well-formed UTF-8 (Unicode table 3-7: no surrogates, nothing overlong).
std::size_t utf8_prefix(std::string_view text);
inline bool is_utf8(std::string_view text) { return utf8_prefix(text) == text.size(); }

}  // namespace daybreak::io
