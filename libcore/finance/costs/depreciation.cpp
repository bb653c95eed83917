#include "libcore/finance/costs/depreciation.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/finance/flows/present_value.h"

namespace daybreak::finance {

const std::vector<std::string>& depreciation_names() {
  static const std::vector<std::string> names{"straight-line", "declining-balance", "price-performance"};
  return names;
}

DepreciationMethod depreciation_of(std::string_view name) {
  const auto found = std::find(depreciation_names().begin(), depreciation_names().end(), name);
  if (found == depreciation_names().end())
    throw usage_error("unknown depreciation '" + std::string(name) + "'", "known: " + joined(depreciation_names()));
  return static_cast<DepreciationMethod>(found - depreciation_names().begin());
}

std::vector<double> book_values(double cost, int years, const Depreciation& depreciation) {
  if (!(cost >= 0) || years < 1) throw usage_error("expected a cost of at least 0 and at least one year of use");
  if (!(depreciation.residual_share >= 0 && depreciation.residual_share <= 1)) throw usage_error("expected a residual share from 0 to 1");
  const double residual = cost * depreciation.residual_share;
  std::vector<double> values{cost};
  for (int year = 1; year <= years; ++year) {
    const double before = values.back();
    switch (depreciation.method) {
      case DepreciationMethod::straight_line: values.push_back(cost - (cost - residual) * year / years); break;
      case DepreciationMethod::declining_balance:
        values.push_back(std::max(before - before * std::min(depreciation.declining_factor / years, 1.0), residual));
        break;
      case DepreciationMethod::price_performance:
        values.push_back(cost * std::pow(10, -depreciation.orders_of_magnitude_a_year * year));
        break;
    }
  }
  return values;
}

double tax_shield(std::span<const double> book_values, double tax_rate, double rate) {
  CashFlows savings;
  for (std::size_t year = 1; year < book_values.size(); ++year)
    savings.flows.push_back({static_cast<double>(year), tax_rate * (book_values[year - 1] - book_values[year])});
  return net_present_value(savings, rate);
}

}  // namespace daybreak::finance
