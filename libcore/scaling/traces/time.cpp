#include "libcore/scaling/traces/time.h"

#include <charconv>
#include <cmath>

#include "libcore/base/calendar_time.h"
#include "libcore/base/parse.h"

namespace daybreak::scaling {
namespace {

constexpr double kDay = 86400, kLongestJump = 366 * kDay;

double unit_factor(const std::string& unit) {
  if (unit == "ms") return 1e3;
  if (unit == "us") return 1e6;
  return unit == "ns" ? 1e9 : 1;
}

std::string unit_by_size(double value) {
  const double size = std::abs(value);
  if (size > 1e17) return "ns";
  if (size > 1e14) return "us";
  return size > 1e11 ? "ms" : "s";
}

}  // namespace

std::optional<double> TimeReader::read(std::string_view text) {
  if (const auto value = try_parse_real(text)) {
    if (unit_ == "auto") unit_ = unit_by_size(*value);
    return *value / unit_factor(unit_);
  }
  const auto time = parse_calendar_time(text);
  if (!time) return std::nullopt;
  zoneless_ = zoneless_ || !time->has_zone;
  return time->seconds;
}

std::string TimeReader::note() const {
  if (zoneless_) return ", without a zone: taken as UTC";
  return unit_factor(unit_) == 1 ? "" : ", in " + unit_;
}

bool is_jump(double from_s, double to_s) {
  return std::abs(to_s - from_s) > kLongestJump;
}

Error jump_error(double from_s, double to_s, const std::string& where) {
  char days[32];
  *std::to_chars(days, days + sizeof days - 1, std::round((to_s - from_s) / kDay)).ptr = 0;
  return data_error(where, std::string("the time lies ") + days + " days from that of the row before",
                    "is one of them in another unit, or 0 where it was not known?");
}

}  // namespace daybreak::scaling
