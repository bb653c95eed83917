// Rates, counts and counters out of CSV and JSON Lines.
#include <set>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/base/parse.h"
#include "libcore/io/csv.h"
#include "libcore/scaling/traces/time.h"
#include "libcore/scaling/traces/windows.h"

namespace daybreak::scaling {
namespace {

constexpr std::size_t kMostNamed = 20;  // series that a message lists

bool is_missing(const std::string& cell) {
  static const std::set<std::string> known{"", "null", "NULL", "NaN", "nan", "None", "NA", "N/A"};
  return known.contains(cell);
}

double load_of(const std::string& cell, const RowSource& rows, const std::string& column) {
  const auto value = try_parse_real(cell);
  if (!value && is_missing(cell))
    throw data_error(rows.where(), column + ": expected a finite number, found " + io::quoted_field(cell),
                     "leave such rows out: they are gaps, which --outage reads");
  const double load = value ? *value : io::csv_number(cell, rows.where(), column);
  if (load < 0) throw data_error(rows.where(), column + ": expected a load of at least 0, found " + io::quoted_field(cell));
  return load;
}

/// Lets the rows of one series through.
class SeriesFilter {
 public:
  SeriesFilter(const Columns& columns, const TraceOptions& options)
      : column_(columns.series), chosen_(options.series), given_(chosen_.has_value()) {
    if (given_ && !column_) throw usage_error("--series: this trace has one series only");
    if (!options.series_match.empty()) throw usage_error("--series-match is for Prometheus answers", "choose with --series");
  }
  bool takes(const std::vector<std::string>& row) {
    if (!column_) return true;
    const std::string& name = row[*column_];
    if (!chosen_) chosen_ = name;
    if (seen_.size() < kMostNamed) seen_.insert(name);
    several_ = several_ || name != *chosen_;
    return name == *chosen_;
  }
  /// Error (usage) where the user should have chosen one.
  void finish() const {
    if (several_ && !given_) throw usage_error("the trace holds several series", "choose one with --series: " + names());
  }
  std::string names() const {
    return joined(seen_) + (seen_.size() == kMostNamed ? ", ..." : "");
  }

 private:
  std::optional<std::size_t> column_;
  std::optional<std::string> chosen_;
  bool given_, several_ = false;
  std::set<std::string> seen_;
};

/// Error (data) unless a window begins after the one before it, and not years after.
void check_order(double before, double time, const RowSource& rows) {
  if (is_jump(before, time)) throw jump_error(before, time, rows.where());
  if (time > before) return;
  if (time == before) throw data_error(rows.where(), "the time stands twice", "keep one of the rows, or add them up");
  throw data_error(rows.where(), "the time goes backwards",
                   "sort the trace by time; local times that go back when summer time ends need their offset, such as +02:00");
}

}  // namespace

Samples read_samples(const std::string& file, RowSource& rows, const std::vector<std::string>& first_row, const Columns& columns,
                     const TraceOptions& options) {
  SeriesFilter filter(columns, options);
  TimeReader times(columns.time_unit);
  Samples samples;
  samples.kind = columns.kind;
  samples.name = file;
  const std::string value_name = rows.names()[*columns.value];
  for (const std::vector<std::string>* row = &first_row; row != nullptr; row = rows.next()) {
    if (!filter.takes(*row)) continue;
    const auto time = times.read((*row)[columns.time]);
    if (!time) throw data_error(rows.where(), "expected a time, found " + io::quoted_field((*row)[columns.time]));
    const double value = load_of((*row)[*columns.value], rows, value_name);
    if (!samples.rows.empty()) check_order(samples.rows.back().begin_s, *time, rows);
    samples.rows.push_back({*time, value});
  }
  filter.finish();
  if (samples.rows.empty() && options.series)
    throw data_error(file, "expected rows of series '" + *options.series + "', found none", "the trace has " + filter.names());
  samples.columns = columns.text + times.note();
  return samples;
}

}  // namespace daybreak::scaling
