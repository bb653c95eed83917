#include "libcore/scaling/traces/trace.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace daybreak::scaling {
namespace {

constexpr double kGapFactor = 1.5;
constexpr std::size_t kMostSlots = 50'000'000;

/// Two digits at a place, or -1.
int two_digits(const std::string& text, std::size_t at) {
  if (at + 2 > text.size() || text[at] < '0' || text[at] > '9' || text[at + 1] < '0' || text[at + 1] > '9') return -1;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

std::optional<double> calendar_time(const std::string& text) {
  using namespace std::chrono;
  // YYYY-MM-DD[ T]hh:mm[:ss[.fraction]][Z]
  if (text.size() < 16 || text[4] != '-' || text[7] != '-' || (text[10] != ' ' && text[10] != 'T') || text[13] != ':') return std::nullopt;
  const int century = two_digits(text, 0), years = two_digits(text, 2), months = two_digits(text, 5), dates = two_digits(text, 8);
  const int hours = two_digits(text, 11), minutes = two_digits(text, 14);
  if (std::min({century, years, months, dates, hours, minutes}) < 0 || hours > 23 || minutes > 59) return std::nullopt;
  const year_month_day date{year(century * 100 + years), month(static_cast<unsigned>(months)), day(static_cast<unsigned>(dates))};
  if (!date.ok()) return std::nullopt;
  std::string rest = text.substr(16);
  if (rest.ends_with('Z')) rest.pop_back();
  double seconds = 0;
  if (!rest.empty()) {
    const auto value = rest[0] == ':' ? try_parse_real(rest.substr(1)) : std::nullopt;
    if (!value || *value < 0 || *value >= 61) return std::nullopt;
    seconds = *value;
  }
  const auto days = static_cast<double>(sys_days(date).time_since_epoch().count());
  return days * 86400 + hours * 3600 + minutes * 60 + seconds;
}

struct Columns {
  std::size_t time, value;
  std::optional<std::size_t> series;
  bool is_rate;
};

bool is_time_name(const std::string& name) {
  static const std::set<std::string> names{"timestamp", "TIMESTAMP", "window_start_s", "period", "time", "ts", "date"};
  return names.contains(name);
}

Columns choose_columns(const io::CsvTable& table) {
  Columns columns{table.header.size(), table.header.size(), std::nullopt, false};
  if (!table.has_header && table.header.size() == 2) return {0, 1, std::nullopt, false};
  for (std::size_t i = 0; i < table.header.size(); ++i) {
    const std::string& name = table.header[i];
    if (is_time_name(name) && columns.time == table.header.size()) columns.time = i;
    else if (name.ends_with("_per_s")) columns.value = i, columns.is_rate = true;
    else if ((name == "value" || name == "count" || name == "requests") && !columns.is_rate) columns.value = i;
    else if (!table.rows.empty() && !try_parse_real(table.rows[0][i])) columns.series = i;
  }
  if (columns.time < table.header.size() && columns.value < table.header.size()) return columns;
  std::string found;
  for (const std::string& name : table.header) found += (found.empty() ? "" : ",") + name;
  throw data_error(table.name, "expected a time column (timestamp, window_start_s, period, time, ts) and a value column "
                               "(value, count, requests, or a name that ends in _per_s), found " + found);
}

struct Point {
  double time, value;
  std::size_t row;
};

std::string names_of_series(const io::CsvTable& table, std::size_t column) {
  std::set<std::string> names;
  for (const auto& row : table.rows) names.insert(row[column]);
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::vector<Point> read_points(const io::CsvTable& table, const Columns& columns, const TraceOptions& options) {
  if (options.series && !columns.series) throw usage_error("--series: this trace has one series only");
  std::vector<Point> points;
  std::optional<std::string> series = options.series;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (columns.series) {
      const std::string& name = table.rows[row][*columns.series];
      if (!series) series = name;
      if (name != *series && !options.series)
        throw usage_error("the trace holds several series", "choose one with --series: " + names_of_series(table, *columns.series));
      if (name != *series) continue;
    }
    const auto time = parse_timestamp(table.rows[row][columns.time]);
    if (!time) throw data_error(table.where(row), "expected a time, found '" + table.rows[row][columns.time] + "'");
    const double value = table.number(row, columns.value);
    if (value < 0) throw data_error(table.where(row), "expected a load of at least 0, found " + table.rows[row][columns.value]);
    if (!points.empty() && *time <= points.back().time)
      throw data_error(table.where(row), *time == points.back().time ? "the time stands twice" : "the time goes backwards", "sort the trace by time");
    points.push_back({*time, value, row});
  }
  if (points.size() < 2)
    throw data_error(table.name, "expected at least two rows" + (options.series ? " of series '" + *options.series + "'" : std::string()) +
                                     ", found " + std::to_string(points.size()));
  return points;
}

double usual_step(const std::vector<Point>& points) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < points.size(); ++i) steps.push_back(points[i].time - points[i - 1].time);
  const std::size_t middle = (steps.size() - 1) / 2;  // of two the shorter one: gaps only make steps longer
  std::nth_element(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(middle), steps.end());
  return steps[middle];
}

/// Adds a constant rate over [begin, end) to the slots that it covers.
void spread(std::vector<double>& arrivals, double slot, double begin, double end, double rate) {
  for (auto i = static_cast<std::size_t>(begin / slot); i < arrivals.size(); ++i) {
    const double from = std::max(begin, static_cast<double>(i) * slot), to = std::min(end, static_cast<double>(i + 1) * slot);
    if (from >= end) break;
    if (to > from) arrivals[i] += rate * (to - from);
  }
}

}  // namespace

std::optional<double> parse_timestamp(const std::string& text) {
  if (auto value = try_parse_real(text)) {
    if (*value > 1e14) return *value / 1e6;  // microseconds since 1970
    if (*value > 1e11) return *value / 1e3;  // milliseconds since 1970
    return value;
  }
  return calendar_time(text);
}

Trace read_trace(const io::CsvTable& table, const TraceOptions& options) {
  if (!(options.slot_s > 0)) throw usage_error("--slot: expected more than 0 seconds");
  const Columns columns = choose_columns(table);
  const std::vector<Point> points = read_points(table, columns, options);
  const double step = usual_step(points), start = points.front().time;
  Trace trace;
  trace.slot_s = options.slot_s;
  trace.rows = points.size();
  trace.span_s = points.back().time - start + step;
  const double slots = std::ceil(trace.span_s / trace.slot_s - 1e-9);
  if (slots > static_cast<double>(kMostSlots)) throw usage_error("--slot: the trace would have more than 50 million slots", "choose a longer slot");
  trace.arrivals.assign(static_cast<std::size_t>(slots), 0.0);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double end = i + 1 < points.size() ? points[i + 1].time : points[i].time + step;
    trace.gaps += end - points[i].time > kGapFactor * step;
    // A count belongs to the usual step also where the next row is late: a gap is no idle time.
    const double rate = columns.is_rate ? points[i].value : points[i].value / step;
    spread(trace.arrivals, trace.slot_s, points[i].time - start, end - start, rate);
  }
  trace.peak_rate = *std::max_element(trace.arrivals.begin(), trace.arrivals.end()) / trace.slot_s;
  trace.columns = "time from " + table.header[columns.time] + ", " + (columns.is_rate ? "rate a second from " : "count a step from ") + table.header[columns.value];
  return trace;
}

}  // namespace daybreak::scaling
