#pragma once
// What cost records say, as inputs of a model.
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/io/json.h"

namespace daybreak::finance {

struct ImportedInput {
  std::string name;  // as a model's expressions may call it
  double value;
  std::string unit;    // as models spell it: "USD/year"
  std::string source;  // file, column, rows, period
};

/// A kind of records, and what they come to. Every record is in one part, and so counted once.
struct CostPart {
  std::string name;
  double cost = 0;
  std::uint64_t records = 0;
};

struct ImportedCosts {
  std::string layout;    // "FOCUS 1.2", "OpenCost allocations"
  std::string column;    // the one cost that was read
  std::string currency;  // code of ISO 4217
  double begin_s = 0, end_s = 0;  // seconds since 1970 of the first and the last time
  double hours = 0;               // that the costs are of: without gaps between windows
  std::vector<CostPart> parts;
  std::vector<CostPart> left_out;  // what would have been counted twice
  std::vector<ImportedInput> inputs;
  std::vector<std::string> warnings;
};

/// A text as a name for expressions: lower case, with _ for whatever is neither letter nor digit; "other" for nothing.
std::string input_name(std::string_view text);

/// The inputs "cost" (all parts), "cost_per_year" (at 8760 hours) and, where there are several, one "cost_" for each part.
void add_cost_inputs(ImportedCosts& costs, const std::string& file);

/// "2024-09-01 to 2024-10-01 (720 hours)".
std::string period_text(const ImportedCosts& costs);

/// `model`, a document of daybreak.return-model/1, with these inputs in the place of those of the same names, or beside the
/// others. Error (data) for another document, and for a model in another currency: nothing here knows a rate of exchange.
io::Json with_inputs(io::Json model, const ImportedCosts& costs, const std::string& where);

}  // namespace daybreak::finance
