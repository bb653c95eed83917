#include "libcore/finance/flows/present_value.h"

#include <cmath>

#include "libcore/base/error.h"
#include "libcore/finance/flows/internal_rate.h"
#include "tests/unit/finance/flows_support.h"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

TEST_CASE("net present values agree with Excel's documentation") {
  // 5 payments on dates, 9 % a year, from the documentation of XNPV and XIRR.
  const CashFlows flows = flows_of_text("2008-01-01,-10000\n2008-03-01,2750\n2008-10-30,4250\n2009-02-15,3250\n2009-04-01,2750\n");
  CHECK_THAT(net_present_value(flows, 0.09), WithinRel(2086.64760203154, 1e-12));
  CHECK_THAT(*internal_rate(flows).selected, WithinRel(0.373362533518831, 1e-12));
  CHECK_THAT(net_present_value(periodic({-100, 110}), 0.1), WithinAbs(0, 1e-12));
  CHECK_THAT(net_present_value(periodic({-100, 110}), 0.1, NpvConvention::excel), WithinAbs(0, 1e-12));
  // NPV(10%,-10000,3000,4200,6800) of the documentation of NPV.
  CHECK_THAT(net_present_value(periodic({-10000, 3000, 4200, 6800}), 0.1, NpvConvention::excel), WithinAbs(1188.44, 0.005));
}

TEST_CASE("long horizons: a perpetual payment of 1 is worth 1 / rate, and overflow is told") {
  const CashFlows flows = periodic(std::vector<double>(10'001, 1.0));
  CHECK_THAT(net_present_value(flows, 0.01), WithinRel(101.0, 1e-15));
  CHECK_THAT(net_present_value(flows, 0), WithinRel(10'001.0, 1e-16));
  CHECK_THROWS_WITH(net_present_value(flows, -0.5), Catch::Contains("beyond what a double holds"));
  // 1 - 2^-10001 after cancellation of all but one part in 1e17.
  CHECK_THAT(net_present_value(periodic({1e17, 1, -1e17}), 0), WithinRel(1.0, 1e-15));
  for (const double bad : {-1.0, -2.0, std::nan(""), HUGE_VAL}) CHECK_THROWS_AS(net_present_value(flows, bad), Error);
}

TEST_CASE("inflows and outflows apart") {
  const PresentValues parts = present_values(periodic({-100, 60, -10, 72.8}), 0.1);
  CHECK_THAT(parts.inflows, WithinRel(60 / 1.1 + 72.8 / 1.331, 1e-14));
  CHECK_THAT(parts.outflows, WithinRel(100 + 10 / 1.21, 1e-14));
}

TEST_CASE("the capital recovery factor repays a loan") {
  // PMT(0.075/12; 180; 200000) of the documentation of spreadsheets: 1854.02 a month.
  CHECK_THAT(2e5 * capital_recovery_factor(0.075 / 12, 180), WithinRel(1854.02472000546, 1e-13));
  CHECK(capital_recovery_factor(0, 8) == 0.125);
  CHECK_THAT(capital_recovery_factor(1e-12, 8), WithinRel(0.125 * (1 + 4.5e-12), 1e-13));
  CHECK_THAT(capital_recovery_factor(0.08, 1), WithinRel(1.08, 1e-15));
  CHECK_THROWS_AS(capital_recovery_factor(0.1, 0), Error);
  CHECK_THROWS_AS(capital_recovery_factor(-1, 4), Error);
}

TEST_CASE("equal payments are worth as much as the flows") {
  const CashFlows flows = periodic({-100, 39, 59, 55, 20});
  const double value = net_present_value(flows, 0.08), annual = *equivalent_annual_value(flows, 0.08, value);
  CHECK_THAT(net_present_value(periodic({0, annual, annual, annual, annual}), 0.08), WithinRel(value, 1e-14));
  CHECK_FALSE(equivalent_annual_value(periodic({5}), 0.08, 5));
}

TEST_CASE("Fisher: payments in today's money, raised by inflation, are worth the same at the nominal rate") {
  CHECK_THAT(real_rate(0.1, 0.1), WithinAbs(0, 1e-17));
  CHECK_THAT(real_rate(0.155, 0.05), WithinRel(0.1, 1e-14));
  const double inflation = 0.03, nominal = 0.08;
  const CashFlows today = periodic({-100, 50, 60});
  const CashFlows raised = periodic({-100, 50 * 1.03, 60 * 1.03 * 1.03});
  CHECK_THAT(net_present_value(today, real_rate(nominal, inflation)), WithinRel(net_present_value(raised, nominal), 1e-13));
  CHECK_THROWS_AS(real_rate(0.1, -1), Error);
}
