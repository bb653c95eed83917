#pragma once
// What a machine is worth while it is used, and what its loss of value saves in tax.
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybreak::finance {

enum class DepreciationMethod {
  straight_line,      // the same loss every year
  declining_balance,  // a fixed share of what is left, factor / years, never below the residual value
  price_performance   // new hardware does 10^0.14 times as much for a dollar each year (Epoch AI's estimate of 0.14 orders of
                      // magnitude a year), so the old one is worth that much less
};

const std::vector<std::string>& depreciation_names();
/// The method of one of these names; Error (usage) for another one.
DepreciationMethod depreciation_of(std::string_view name);

struct Depreciation {
  DepreciationMethod method = DepreciationMethod::straight_line;
  double residual_share = 0;                // of the cost, at the end of the years; not for price_performance, which has its own
  double declining_factor = 2;              // double declining balance
  double orders_of_magnitude_a_year = 0.14;
};

/// Book values at the ends of years 0 .. years. cost >= 0, years >= 1, or Error (usage).
std::vector<double> book_values(double cost, int years, const Depreciation& depreciation);

/// The present value of tax_rate times the loss of value of each year, at its end. At least one book value.
double tax_shield(std::span<const double> book_values, double tax_rate, double rate);

}  // namespace daybreak::finance
