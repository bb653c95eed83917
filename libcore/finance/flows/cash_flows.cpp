#include "libcore/finance/flows/cash_flows.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace daybreak::finance {
namespace {

constexpr double kDaysPerYear = 365;  // act/365, as XNPV and XIRR count

/// Digits of fixed width, or -1.
int digits(const std::string& text, std::size_t at, std::size_t width) {
  int value = 0;
  for (std::size_t i = at; i < at + width; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::size_t require_column(const io::CsvTable& table, std::initializer_list<std::string_view> names, std::size_t otherwise) {
  for (const std::string_view name : names)
    if (const auto column = table.column(name)) return *column;
  if (!table.has_header && table.header.size() > otherwise) return otherwise;
  throw data_error(table.name, "expected the columns period,amount or date,amount, found " + std::to_string(table.header.size()) +
                                   " columns that begin with '" + table.header[0] + "'");
}

void add_up_equal_times(std::vector<CashFlow>& flows) {
  std::stable_sort(flows.begin(), flows.end(), [](const CashFlow& a, const CashFlow& b) { return a.time < b.time; });
  std::vector<CashFlow> merged;
  for (const CashFlow& flow : flows) {
    if (!merged.empty() && merged.back().time == flow.time) merged.back().amount += flow.amount;
    else merged.push_back(flow);
  }
  flows = std::move(merged);
}

}  // namespace

std::optional<std::int64_t> days_of(const std::string& text) {
  using namespace std::chrono;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int y = digits(text, 0, 4), m = digits(text, 5, 2), d = digits(text, 8, 2);
  if (y < 0 || m < 0 || d < 0) return std::nullopt;
  const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date).time_since_epoch().count();
}

CashFlows read_cash_flows(const io::CsvTable& table) {
  CashFlows result;
  const std::size_t amount = require_column(table, {"amount"}, 1);
  const bool bare_dates = !table.has_header && !table.rows.empty() && days_of(table.rows[0][0]);
  const auto date = bare_dates ? std::optional<std::size_t>(0) : table.column("date");
  result.dated = date.has_value();
  const std::size_t time = date ? *date : require_column(table, {"period"}, 0);
  std::int64_t first = 0;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    double when = 0;
    if (result.dated) {
      const auto days = days_of(table.rows[row][time]);
      if (!days) throw data_error(table.where(row), "expected a date as YYYY-MM-DD, found '" + table.rows[row][time] + "'");
      if (row == 0) first = *days;
      when = static_cast<double>(*days - first) / kDaysPerYear;
    } else {
      when = table.number(row, time);
      if (when < 0) throw data_error(table.where(row), "expected a period of at least 0, found " + table.rows[row][time]);
    }
    result.flows.push_back({when, table.number(row, amount)});
  }
  if (result.flows.empty()) throw data_error(table.name, "the file has no payments");
  add_up_equal_times(result.flows);
  // Dates count from the earliest one, wherever in the file it stands.
  const double earliest = result.dated ? result.flows.front().time : 0;
  for (CashFlow& flow : result.flows) flow.time -= earliest;
  return result;
}

double net_present_value(const CashFlows& flows, double rate, NpvConvention convention) {
  if (!(rate > -1) || !std::isfinite(rate)) throw usage_error("expected a rate above -1 (0.07 for 7 %), found " + std::to_string(rate));
  const double shift = convention == NpvConvention::excel ? 1 : 0;
  double sum = 0, lost = 0;  // Neumaier's summation
  for (const CashFlow& flow : flows.flows) {
    const double term = flow.amount * std::pow(1 + rate, -(flow.time + shift));
    const double next = sum + term;
    lost += std::abs(sum) >= std::abs(term) ? (sum - next) + term : (term - next) + sum;
    sum = next;
  }
  return sum + lost;
}

}  // namespace daybreak::finance
