#include "libcore/finance/imports/imported_costs.h"

#include <chrono>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/finance/model/model.h"
#include "libcore/finance/model/units.h"
#include "libcore/records/record_file.h"

namespace daybreak::finance {
namespace {

constexpr double kHoursPerYear = 8760, kDay = 86400;

std::string date_text(double seconds) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(static_cast<int>(std::floor(seconds / kDay))))};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text;
}

}  // namespace

std::string input_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c & 0x80) != 0, capital = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9';
    if (letter || digit) name += c;
    else if (capital) name += static_cast<char>(c - 'A' + 'a');
    else if (!name.empty() && name.back() != '_') name += '_';
  }
  while (name.ends_with('_')) name.pop_back();
  return name.empty() ? "other" : name;
}

std::string period_text(const ImportedCosts& costs) {
  return date_text(costs.begin_s) + " to " + date_text(costs.end_s) + " (" + io::Json(costs.hours).dump() + " hours)";
}

void add_cost_inputs(ImportedCosts& costs, const std::string& file) {
  double all = 0;
  std::uint64_t records = 0;
  for (const CostPart& part : costs.parts) {
    all += part.cost;
    records += part.records;
  }
  const std::string of = file + ": " + costs.column + " of ", when = ", " + period_text(costs);
  costs.inputs.push_back({"cost", all, costs.currency, of + std::to_string(records) + " records" + when});
  costs.inputs.push_back({"cost_per_year", all * kHoursPerYear / costs.hours, costs.currency + "/year",
                          of + std::to_string(records) + " records" + when + ", as if every year's 8760 hours were such"});
  if (costs.parts.size() < 2) return;
  for (const CostPart& part : costs.parts)
    costs.inputs.push_back({"cost_" + input_name(part.name), part.cost, costs.currency,
                            of + std::to_string(part.records) + " records of " + part.name + ", part of cost" + when});
}

io::Json with_inputs(io::Json model, const ImportedCosts& costs, const std::string& where) {
  records::require_schema(model, kModelSchema, where);
  const std::string currency = records::member(model, "currency", &io::Json::as_string, where);
  if (currency_code(currency) != currency_code(costs.currency))
    throw data_error(where, "the model is in " + currency + " and the costs are in " + costs.currency, "convert one of the two: no rate of exchange is known here");
  records::member(model, "inputs", &io::Json::as_object, where);
  for (const ImportedInput& input : costs.inputs) {
    io::Json& place = model["inputs"][input.name];
    place = io::Json();
    place["value"] = input.value;
    place["unit"] = input.unit;
    place["source"] = input.source;
  }
  return model;
}

}  // namespace daybreak::finance
