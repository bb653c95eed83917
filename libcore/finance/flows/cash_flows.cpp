#include "libcore/finance/flows/cash_flows.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/io/csv.h"

namespace daybreak::finance {
namespace {

constexpr double kMidPeriod = 0.5;

/// Where in a row the fields of a payment stand.
class Columns {
 public:
  Columns(const std::vector<std::string>& first, const std::string& file) : has_header_(io::is_csv_header(first) && !days_of(first[0])) {
    const bool bare_dates = !has_header_ && days_of(first[0]);
    date_ = bare_dates ? std::optional<std::size_t>(0) : find(first, "date");
    amount_ = require(first, "amount", 1, file);
    if (!date_) period_ = require(first, "period", 0, file);
    currency_ = find(first, "currency");
    unit_ = find(first, "unit");
  }

  bool has_header() const { return has_header_; }
  bool dated() const { return date_.has_value(); }
  std::size_t time() const { return date_ ? *date_ : period_; }
  std::size_t amount() const { return amount_; }

  /// Currency and unit, which stay the same.
  void note_money(const std::vector<std::string>& row, const std::string& where, CashFlows& flows) const {
    note(currency_, "currency", row, where, flows.currency);
    note(unit_, "unit", row, where, flows.unit);
  }

 private:
  std::optional<std::size_t> find(const std::vector<std::string>& first, std::string_view name) const {
    const auto found = std::find(first.begin(), first.end(), name);
    if (!has_header_ || found == first.end()) return std::nullopt;
    return static_cast<std::size_t>(found - first.begin());
  }

  std::size_t require(const std::vector<std::string>& first, std::string_view name, std::size_t otherwise, const std::string& file) const {
    if (const auto column = find(first, name)) return *column;
    if (!has_header_ && first.size() > otherwise) return otherwise;
    throw data_error(file, "expected the columns period,amount or date,amount, found " + std::to_string(first.size()) +
                               " columns that begin with " + io::quoted_field(first[0]));
  }

  static void note(std::optional<std::size_t> column, const char* name, const std::vector<std::string>& row, const std::string& where,
                   std::string& agreed) {
    if (!column) return;
    const std::string& here = row[*column];
    if (here.empty()) throw data_error(where, std::string(name) + ": expected a name, found ''");
    if (agreed.empty()) agreed = here;
    if (here != agreed)
      throw data_error(
          where, std::string(name) + ": expected " + io::quoted_field(agreed) + " as in the rows before, found " + io::quoted_field(here),
          "convert the amounts to one " + std::string(name) + " first");
  }

  bool has_header_;
  std::optional<std::size_t> date_, currency_, unit_;
  std::size_t period_ = 0, amount_ = 0;
};

std::int64_t date_at(const std::string& field, const std::string& where) {
  if (const auto days = days_of(field)) return *days;
  throw data_error(where, "expected a date as YYYY-MM-DD, found " + io::quoted_field(field), date_hint(field));
}

double period_at(const std::string& field, const std::string& where, bool mid) {
  const double period = io::csv_number(field, where, "period");
  if (period < 0) throw data_error(where, "expected a period of at least 0, found " + field);
  return mid ? std::max(period - kMidPeriod, 0.0) : period;
}

}  // namespace

void FlowReading::declare(OptionSink& sink) {
  sink.choice("day-count", &day_count, day_count_names(), "Years between dates");
  sink.choice("timing", &timing, {"end", "mid"}, "Payments come at the end of their period, or in its middle");
}

void add_up_equal_times(std::vector<CashFlow>& flows) {
  const auto earlier = [](const CashFlow& a, const CashFlow& b) { return a.time < b.time; };
  if (!std::is_sorted(flows.begin(), flows.end(), earlier)) std::stable_sort(flows.begin(), flows.end(), earlier);
  std::size_t last = 0;
  for (std::size_t i = 1; i < flows.size(); ++i) {
    if (flows[i].time == flows[last].time) flows[last].amount += flows[i].amount;
    else flows[++last] = flows[i];
  }
  flows.resize(std::min(flows.size(), last + 1));
}

CashFlows read_cash_flows(const io::InputFile& file, const FlowReading& reading) {
  io::CsvReader reader(file);
  const std::vector<std::string>* row = reader.next();
  if (row == nullptr) throw data_error(file.name(), "the file has no records");
  const Columns columns(*row, file.name());
  const DayCount convention = day_count_of(reading.day_count);
  const bool mid = reading.timing == "mid";
  if (mid && columns.dated()) throw usage_error("--timing mid is for periods, and " + file.name() + " has dates");
  CashFlows result;
  result.dated = columns.dated();
  std::vector<std::int64_t> days;
  if (columns.has_header()) row = reader.next();
  for (; row != nullptr; row = reader.next()) {
    const std::string where = reader.where();
    const std::string& time = (*row)[columns.time()];
    if (result.dated) days.push_back(date_at(time, where));
    result.flows.push_back({result.dated ? 0 : period_at(time, where, mid), io::csv_number((*row)[columns.amount()], where, "amount")});
    columns.note_money(*row, where, result);
  }
  if (result.flows.empty()) throw data_error(file.name(), "the file has no payments");
  // Dates count from the earliest one, wherever in the file it stands.
  const std::int64_t first = result.dated ? *std::min_element(days.begin(), days.end()) : 0;
  for (std::size_t i = 0; i < days.size(); ++i) result.flows[i].time = years_between(first, days[i], convention);
  add_up_equal_times(result.flows);
  return result;
}

}  // namespace daybreak::finance
