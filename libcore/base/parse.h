#pragma once
// Checked readers of numbers with units, for options and files. None accepts octal, NaN, overflow, blanks or leftovers.
// All throw Error (usage) that says what was expected; callers that read files re-throw it with the place.
#include <cstdint>
#include <optional>
#include <string_view>

namespace daybreak {

/// A finite real in decimal notation ("3", "-0.5", "1e-3").
double parse_real(std::string_view text);
/// A finite real, or nothing where `text` is not exactly one; never throws. For inner loops of file readers.
std::optional<double> try_parse_real(std::string_view text) noexcept;
/// An integer in decimal digits with an optional minus sign; leading zeros are refused (010 is 8 to some readers).
std::int64_t parse_integer(std::string_view text);
/// A non-negative integer.
std::int64_t parse_count(std::string_view text);
/// Bytes: "4096", "64KiB" (1024), "2GB" (1000); B, KB, MB, GB, TB, KiB, MiB, GiB, TiB.
std::int64_t parse_bytes(std::string_view text);
/// Seconds: "90s", "2h", "1.5m", "250ms", "50us", "7d"; a bare number is refused, for nobody can tell its unit.
double parse_duration(std::string_view text);
/// A share between 0 and 1: "0.85" or "85%".
double parse_share(std::string_view text);

}  // namespace daybreak
