#pragma once
// The inputs of a model, after the scenario and --set have had their say.
#include <string>
#include <vector>

#include "libcore/finance/model/model.h"
#include "libcore/finance/model/units.h"
#include "libcore/records/members.h"

namespace daybreak::finance {

inline constexpr const char* kDiscountRate = "discount_rate";

struct ReadInputs {
  std::vector<ModelInput> inputs;          // in the file's order, the discount rate last
  std::vector<std::optional<Unit>> units;  // of each; nothing where it has none
  std::vector<std::string> warnings;
};

/// True for what may stand for a value in an expression: letters, digits and _, beginning with no digit, and none of the
/// language's own words.
bool is_value_name(std::string_view name);

/// For messages.
std::string names_of(const std::vector<ModelInput>& inputs);

/// Reads "inputs", "discount_rate" and "scenarios" of a model. `money` is the unit of its amounts, as text and as unit. Errors as
/// read_model()'s.
ReadInputs read_inputs(records::Members& model, const std::string& money_text, const Unit& money, const ModelChanges& changes,
                       const ReadTable& table);

/// What a value of `unit` is times in the units that expressions are computed in: base units, money in the model's.
double base_scale(const Unit& unit, const Unit& money);
/// How that unit reads: "million USD/GPU-hour".
std::string base_text(const Unit& unit, const std::string& money_text, const Unit& money);

}  // namespace daybreak::finance
