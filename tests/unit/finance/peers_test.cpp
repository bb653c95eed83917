// What gnumeric, numpy-financial, pyxirr and QuantLib make of the same 790 cases: data/peers.csv, made by data/peers.py.
#include <cmath>
#include <map>

#include "libcore/base/parse.h"
#include "libcore/finance/costs/depreciation.h"
#include "libcore/finance/flows/internal_rate.h"
#include "libcore/finance/flows/modified_rate.h"
#include "libcore/finance/flows/present_value.h"
#include "libcore/io/csv.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;

namespace {

constexpr double kTolerance = 1e-9;

struct Case {
  std::string kind, convention;
  double a, b;
  CashFlows flows;
};

double number(const std::string& field) {
  return field.empty() ? 0 : parse_real(field);
}

/// Times of dates from the first one, or, as QuantLib counts, as a sum of the times from each payment to the next.
CashFlows flows_of(const std::string& text, DayCount convention, bool consecutive = false) {
  CashFlows result;
  std::optional<std::int64_t> from;
  double until = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size()), colon = text.rfind(':', end);
    const auto days = days_of(text.substr(at, colon - at));
    result.dated = days.has_value();
    const double time = !days ? parse_real(text.substr(at, colon - at)) : from ? until + years_between(*from, *days, convention) : 0;
    result.flows.push_back({time, parse_real(text.substr(colon + 1, end - colon - 1))});
    if (days && (!from || consecutive)) {
      from = days;
      until = time;
    }
    at = end + 1;
  }
  add_up_equal_times(result.flows);
  return result;
}

Case case_of(const std::vector<std::string>& row) {
  const DayCount convention = row[1] == "xnpv" ? day_count_of(row[2]) : DayCount::act_365;
  return {row[1], row[2], number(row[3]), number(row[4]), flows_of(row[5], convention)};
}

/// Our answer; of several rates the one that the peer's way of searching would find.
std::optional<double> value_of(const Case& one, const std::string& peer) {
  if (one.kind == "irr" || one.kind == "xirr")
    return internal_rate(one.flows, {peer == "numpy" ? RootRule::nearest_zero : RootRule::excel}).selected;
  if (one.kind == "npv")
    return net_present_value(one.flows, one.a, one.convention == "excel" ? NpvConvention::excel : NpvConvention::textbook);
  if (one.kind == "xnpv") return net_present_value(one.flows, one.a);
  if (one.kind == "mirr") return modified_rate(one.flows, one.a, one.b);
  if (one.kind == "crf") return capital_recovery_factor(one.a, one.b);
  // Depreciation of the year b.
  const auto& [years, cost] = one.flows.flows.front();
  const std::vector<double> values =
      book_values(cost, static_cast<int>(years), {.method = depreciation_of(one.convention), .residual_share = one.a});
  const auto year = static_cast<std::size_t>(one.b);
  return values[year - 1] - values[year];
}

bool close(double ours, double theirs) {
  return std::abs(ours - theirs) <= kTolerance * std::max(std::abs(theirs), 1e-3);
}

double residual(const Case& one, double rate) {
  return std::abs(net_present_value(one.flows, rate));
}

/// How a peer's answer stands to ours.
std::string verdict(const Case& one, const std::string& peer, const std::string& text, const std::string& theirs) {
  const std::optional<double> ours = value_of(one, peer);
  if (theirs.empty()) return ours ? "they have none" : "both have none";
  if (!ours) return "we have none";
  const double value = parse_real(theirs);
  if (close(*ours, value)) return "equal";
  if (one.kind == "xnpv" && close(net_present_value(flows_of(text, day_count_of(one.convention), true), one.a), value))
    return "consecutive times";
  if (one.kind != "irr" && one.kind != "xirr") return "different";
  for (const double root : internal_rate(one.flows).roots)
    if (std::abs(root - value) <= 1e-7 * std::abs(value))
      return !close(root, value) && residual(one, root) < residual(one, value) ? "less exact" : "another root";
  return "different";
}

}  // namespace

// Why not all are equal:
// "they have none": gnumeric's and QuantLib's searches give up though there is a rate, at which our value vanishes to 1e-12 of
//   the payments.
// "another root": of several rates pyxirr and QuantLib find another one.
// "less exact": pyxirr stops its search of XIRR some 1e-9 from the root; at its rate more value is left than at ours.
// "consecutive times": QuantLib adds up the times between consecutive payments, which under 30/360 is not the time between the
//   first and the last one where a payment falls on a 31st.
TEST_CASE("gnumeric, numpy-financial, pyxirr and QuantLib agree to 1e-9, or the difference is explained") {
  const io::CsvTable table = io::read_csv(io::InputFile(DAYBREAK_SOURCE_DIR "/tests/unit/finance/data/peers.csv"));
  std::map<std::string, std::map<std::string, int>> verdicts;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const Case one = case_of(table.rows[row]);
    for (std::size_t column = 6; column < table.header.size(); ++column) {
      const std::string &theirs = table.rows[row][column], &peer = table.header[column];
      if (theirs == "-") continue;
      const std::string found = verdict(one, peer, table.rows[row][5], theirs);
      INFO("case " << row << ", " << one.kind << ", " << peer << " " << theirs << ": " << found);
      CHECK(found != "different");
      CHECK(found != "we have none");
      if (found == "they have none") CHECK(std::abs(internal_rate(one.flows, {RootRule::excel}).residual) < 1e-12);
      ++verdicts[one.kind + " " + peer][found];
    }
  }
  using Counts = std::map<std::string, int>;
  CHECK(table.rows.size() == 790);
  CHECK(verdicts == std::map<std::string, Counts>{
                        {"crf gnumeric", {{"equal", 40}}},
                        {"crf numpy", {{"equal", 40}}},
                        {"ddb gnumeric", {{"equal", 40}}},
                        {"irr gnumeric", {{"both have none", 1}, {"equal", 149}}},
                        {"irr numpy", {{"both have none", 1}, {"equal", 149}}},
                        {"irr pyxirr", {{"another root", 1}, {"both have none", 1}, {"equal", 148}}},
                        {"mirr gnumeric", {{"equal", 100}}},
                        {"mirr numpy", {{"equal", 100}}},
                        {"mirr pyxirr", {{"equal", 100}}},
                        {"npv gnumeric", {{"equal", 50}}},
                        {"npv numpy", {{"equal", 100}}},
                        {"npv pyxirr", {{"equal", 150}}},
                        {"sln gnumeric", {{"equal", 40}}},
                        {"xirr gnumeric", {{"both have none", 2}, {"equal", 107}, {"they have none", 11}}},
                        {"xirr pyxirr", {{"another root", 1}, {"both have none", 2}, {"equal", 108}, {"less exact", 9}}},
                        {"xirr quantlib", {{"another root", 1}, {"both have none", 2}, {"equal", 85}, {"they have none", 32}}},
                        {"xnpv gnumeric", {{"equal", 30}}},
                        {"xnpv pyxirr", {{"equal", 150}}},
                        {"xnpv quantlib", {{"consecutive times", 3}, {"equal", 147}}},
                    });
}
