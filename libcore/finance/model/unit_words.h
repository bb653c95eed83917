#pragma once
// The words that units are made of.
#include <optional>
#include <string>
#include <string_view>

#include "libcore/finance/model/units.h"

namespace daybreak::finance {

/// The unit that one word is, where it is a known one: a scale, a time, data, power, energy, a number, a currency.
std::optional<Unit> known_unit(std::string_view word);

/// Why a word cannot be a unit ("$ is the dollar of many countries"); "" where it can.
std::string_view ambiguity(std::string_view word);

/// The length of the longest known word in Chinese that `text` begins with, such as 4 of 万美元 in bytes; 0 where there is none.
std::size_t chinese_prefix(std::string_view text);

}  // namespace daybreak::finance
