#pragma once
// Dates of the Gregorian calendar, and the time between two of them as contracts count it.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybreak::finance {

/// Days since 1970-01-01 of a date as YYYY-MM-DD, or nothing for no such date.
std::optional<std::int64_t> days_of(std::string_view iso_date);

/// What may be meant by a text that days_of() does not take, as advice; empty where nothing comes to mind.
std::string date_hint(std::string_view text);

/// Conventions for the years between two dates.
enum class DayCount {
  act_365,     // days / 365 (ISDA 2006, 4.16 (d))
  act_360,     // days / 360 (4.16 (e))
  act_act,     // days in leap years / 366 + days in other years / 365 (4.16 (b))
  thirty_360,  // months of 30 days; a 31st becomes the 30th, at the end only after a start on the 30th (4.16 (f), bond basis)
  thirty_e360  // months of 30 days; every 31st becomes the 30th (4.16 (g), Eurobond basis)
};

/// Their names, such as "act/365", in the order of the enumeration.
const std::vector<std::string>& day_count_names();
/// The convention of one of these names; Error (usage) for another one.
DayCount day_count_of(std::string_view name);

/// Years from one day to another, which is not earlier.
double years_between(std::int64_t from_days, std::int64_t to_days, DayCount convention);

}  // namespace daybreak::finance
