#pragma once
// Costs out of billing rows in the FOCUS layout (FinOps Open Cost and Usage Specification, versions 1.0 to 1.2).
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/stop.h"
#include "libcore/finance/imports/imported_costs.h"
#include "libcore/io/input_file.h"

namespace daybreak::finance {

struct FocusOptions {
  std::string column = "EffectiveCost";                   // or BilledCost, ListCost, ContractedCost
  std::optional<std::string> by;                          // a column whose values get an input each
  std::vector<std::pair<std::string, std::string>> only;  // column and value that a row must have
};

/// Reads one cost column; others are never added to it. Parts are ChargeCategory (usage, purchase, tax, credit, adjustment), and
/// whatever ChargeClass calls a correction. Where both the purchase of a commitment and rows that it covers (the same
/// CommitmentDiscountId) carry the cost, one of the two is left out: of BilledCost the covered rows, of other costs the
/// purchase. Where all usage is of one SkuId and priced by the hour, "hours" and "cost_per_hour" are inputs too. The period is that of
/// the usage without corrections, or where there is none that of all rows.
/// Error (data) with the line for a column that is missing, several currencies, numbers and times that are none, another
/// ChargeCategory, periods that end before they begin, and where no row is counted.
ImportedCosts read_focus_costs(const io::InputFile& file, const FocusOptions& options, const StopToken& stop);

}  // namespace daybreak::finance
