#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/finance/flows/internal_rate.h"
#include "libcore/finance/flows/present_value.h"
#include "libcore/io/csv.h"
#include "libcore/finance/claims/literal.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

CashFlows periodic(std::initializer_list<double> amounts) {
  CashFlows flows;
  double time = 0;
  for (const double amount : amounts) flows.flows.push_back({time++, amount});
  return flows;
}

CashFlows from_csv(const std::string& path) {
  return read_cash_flows(io::InputFile(path));
}

}  // namespace

TEST_CASE("the literal formula gives 22.5 for 80 million and growth 5") {
  const LiteralReturn result = literal_return(80, 5);
  CHECK(result.roi_multiple == 22.5);
  CHECK(result.slope_per_million == 0);
  CHECK(result.ceiling_multiple == 22.5);
  CHECK(result.multiple_without_investment == 12.5);
  CHECK_THAT(result.implied_annual_return, WithinAbs(1.8231080, 1e-7));  // 22.5^(1/3) - 1
  CHECK(result.warnings.size() == 3);
  CHECK_THAT(literal_return(2.5, 5).roi_multiple, WithinRel(13.0, 1e-15));
  CHECK_THAT(literal_return(2.5, 5).slope_per_million, WithinRel(0.2, 1e-15));
  CHECK_THROWS_AS(literal_return(-1, 5), Error);
  CHECK_THROWS_AS(literal_return(1, NAN), Error);
}

// Expected values: gnumeric 1.12, Excel's documentation, and roots of the polynomials in 50-digit arithmetic.
TEST_CASE("internal rates agree with independent programs") {
  CHECK_THAT(*internal_rate(periodic({-100, 39, 59, 55, 20})).selected, WithinRel(0.280948421159961, 1e-12));
  const InternalRate two = internal_rate(periodic({-50, -100, 600, 300, -100}));
  REQUIRE(two.roots.size() == 2);
  CHECK(two.status == RateStatus::multiple);
  CHECK_THAT(two.roots[0], WithinRel(-0.768895470680781, 1e-12));
  CHECK_THAT(two.roots[1], WithinRel(1.85441782845618, 1e-12));
  CHECK(internal_rate(periodic({-1, 3, -2.5})).status == RateStatus::none);
  CHECK(internal_rate(periodic({0, 0})).status == RateStatus::all_zero);
  CHECK(internal_rate(periodic({1, 2})).status == RateStatus::no_sign_change);
  CHECK_THAT(*internal_rate(periodic({-1, 2})).selected, WithinAbs(1.0, 1e-15));
}

TEST_CASE("a curve that touches zero is told from one that crosses twice and one that misses, for the very doubles") {
  const InternalRate touches = internal_rate(periodic({1, -2, 1}));  // (1 - x)^2
  REQUIRE(touches.roots.size() == 1);
  CHECK(touches.status == RateStatus::one);
  CHECK(std::isinf(touches.conditions[0]));
  CHECK_THAT(touches.roots[0], WithinAbs(0, 1e-15));
  // (1 - 1.1 x)^2 in decimals; the nearest doubles have 2.2^2 - 4 * 1.21 = 9.2e-16 > 0.
  const InternalRate crosses = internal_rate(periodic({1, -2.2, 1.21}));
  REQUIRE(crosses.roots.size() == 2);
  CHECK_THAT(crosses.roots[0], WithinAbs(0.1 - 1.5e-8, 1e-9));
  CHECK_THAT(crosses.roots[1], WithinAbs(0.1 + 1.5e-8, 1e-9));
  CHECK(internal_rate(periodic({1, -2, std::nextafter(1.0, 2.0)})).status == RateStatus::none);
  // Mignotte's polynomial: two roots near 1 + rate = 100 that differ in the 60th digit, and a third one.
  std::vector<double> amounts(61);
  amounts[0] = -1, amounts[1] = 200, amounts[2] = -10000, amounts[60] = 1;
  CashFlows mignotte;
  for (std::size_t i = 0; i < amounts.size(); ++i) mignotte.flows.push_back({static_cast<double>(i), amounts[i]});
  const InternalRate near = internal_rate(mignotte);
  REQUIRE(near.roots.size() == 3);
  CHECK(near.count_proved);
  CHECK_THAT(near.roots[1], WithinRel(99.0, 1e-14));
  CHECK(near.roots[1] == near.roots[2]);
}

TEST_CASE("net present values agree with Excel's documentation") {
  // 5 payments on dates, 9 % a year, from the documentation of XNPV.
  CashFlows flows;
  flows.dated = true;
  const std::pair<const char*, double> payments[]{
      {"2008-01-01", -10000}, {"2008-03-01", 2750}, {"2008-10-30", 4250}, {"2009-02-15", 3250}, {"2009-04-01", 2750}};
  for (const auto& [date, amount] : payments)
    flows.flows.push_back({static_cast<double>(*days_of(date) - *days_of("2008-01-01")) / 365, amount});
  CHECK_THAT(net_present_value(flows, 0.09), WithinRel(2086.64760203154, 1e-12));
  CHECK_THAT(*internal_rate(flows).selected, WithinRel(0.373362533518831, 1e-12));
  CHECK_THAT(net_present_value(periodic({-100, 110}), 0.1), WithinAbs(0, 1e-12));
  CHECK_THAT(net_present_value(periodic({-100, 110}), 0.1, NpvConvention::excel), WithinAbs(0, 1e-12));
  CHECK_THROWS_AS(net_present_value(periodic({1}), -1), Error);
}

TEST_CASE("dates are those of the calendar") {
  CHECK(*days_of("1970-01-01") == 0);
  CHECK(*days_of("2000-02-29") == 11016);
  for (const char* bad : {"1900-02-29", "2001-13-01", "2001-1-01", "01/02/2003", "", "2001-01-32"}) CHECK_FALSE(days_of(bad));
}

TEST_CASE("the reference collection of dated flows: every finite value is among our roots") {
  const char* data = std::getenv("DAYBREAK_DATA");
  const std::filesystem::path folder = std::filesystem::path(data ? data : "") / "finance";
  if (!std::filesystem::exists(folder / "xirr-reference.csv")) {
    WARN("skipped: DAYBREAK_DATA has no finance/xirr-reference.csv");
    return;
  }
  const auto scratch = std::filesystem::temp_directory_path() / "daybreak-xirr-samples";
  std::filesystem::create_directories(scratch);
  const std::string unpack = "tar --zstd -xf '" + (folder / "xirr-samples.tar.zst").string() + "' -C '" + scratch.string() + "'";
  REQUIRE(std::system(unpack.c_str()) == 0);
  const io::CsvTable table = io::read_csv(io::InputFile((folder / "xirr-reference.csv").string()));
  int checked = 0, several = 0, rootless = 0;
  for (const auto& row : table.rows) {
    const CashFlows flows = from_csv((scratch / "samples" / row[1]).string());
    INFO(row[0] << " " << row[1]);
    if (row[0] == "xnpv") {
      CHECK_THAT(net_present_value(flows, std::stod(row[2])), WithinRel(std::stod(row[3]), 1e-12));
      continue;
    }
    const InternalRate rate = internal_rate(flows);
    several += rate.roots.size() > 1;
    // Two samples that the collection calls rootless have a root.
    const bool missed = row[1] == "30-20.csv" || row[1] == "30-45.csv";
    if (missed) CHECK_THAT(rate.roots.at(0), WithinRel(row[1] == "30-20.csv" ? -0.8973538214882217 : -0.8407890404213372, 1e-12));
    else if (row[3].empty() || row[3] == "nan" || row[3] == "None") rootless += rate.roots.empty();
    else {
      ++checked;
      const double expected = std::stod(row[3]);
      CHECK(std::any_of(rate.roots.begin(), rate.roots.end(), [&](double root) { return std::abs(root - expected) <= 1e-9 * std::max(1.0, std::abs(expected)); }));
    }
  }
  std::filesystem::remove_all(scratch);
  CHECK(checked == 50);
  CHECK(rootless == 8);
  CHECK(several == 30);  // counted independently on a grid of 40,001 rates from -1 + 1e-12 to 1e12
}
