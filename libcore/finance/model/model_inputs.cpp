#include "libcore/finance/model/model_inputs.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/base/utf8.h"
#include "libcore/records/record_file.h"

namespace daybreak::finance {
namespace {

constexpr std::string_view kReserved[] = {"t",       "min",        "max", "exp", "log", "if", "npv", "irr", "payback", "discounted_payback",
                                          "horizon", kDiscountRate};

int money_power(const Unit& unit) {
  int sum = 0;
  for (const auto& [base, exponent] : unit.powers)
    if (currency_code(base)) sum += exponent;
  return sum;
}

/// What stands for one input in the file, in a scenario or in a setting.
class InputReader {
 public:
  InputReader(const std::string& money_text, const Unit& money, const ReadTable& table)
      : money_text_(money_text), money_(money), table_(table) {}

  /// A number, or {"value" or "dist", "unit", "source"}. `before` is the input that it stands in for; null where it is the first.
  ModelInput read(const std::string& name, const io::Json& json, const std::string& where, const ModelInput* before,
                  std::optional<Unit>& unit) {
    ModelInput input{name, before == nullptr ? "" : before->unit, constant(0), {}, 1, {}};
    if (json.is_number()) {
      input.distribution = constant(json.as_double());
    } else if (json.is_object()) {
      records::Members members(json, where);
      read_value(members, where, input);
      input.source = members.text("source").value_or("");
      if (const auto text = members.text("unit")) set_unit(input, *text, where, before, unit);
      members.refuse_others();
    } else {
      const bool percent = json.is_string() && json.as_string().ends_with('%');
      throw data_error(where, "expected a number or an object, found " + json.dump(),
                       percent ? "write 0.07, or {\"value\": 7, \"unit\": \"%\"}" : "such as {\"value\": 3, \"unit\": \"USD\"}");
    }
    settle(input, unit);
    return input;
  }

  void settle(ModelInput& input, const std::optional<Unit>& unit) const {
    if (!unit) return;
    input.scale = base_scale(*unit, money_);
    input.base_unit = base_text(*unit, money_text_, money_);
  }

 private:
  void read_value(records::Members& members, const std::string& where, ModelInput& input) const {
    const auto value = members.number("value");
    const io::Json* dist = members.any("dist");
    if (value.has_value() == (dist != nullptr))
      members.refuse("expected either value or dist", "a chance is written as \"dist\": {\"type\": \"normal\", ...}");
    input.distribution = value ? constant(*value) : read_distribution(*dist, where + ".dist", table_);
  }

  static void set_unit(ModelInput& input, const std::string& text, const std::string& where, const ModelInput* before,
                       std::optional<Unit>& unit) {
    const Unit read = parse_unit(text, where);
    if (before != nullptr && unit && !unit->same_kind(read))
      throw data_error(where, "unit \"" + text + "\" is " + kind_text(read) + ", and the input is in \"" + before->unit + "\"");
    input.unit = text;
    unit = read;
  }

  const std::string& money_text_;
  const Unit& money_;
  const ReadTable& table_;
};

std::optional<std::size_t> place_of(const std::vector<ModelInput>& inputs, const std::string& name) {
  const auto found = std::find_if(inputs.begin(), inputs.end(), [&](const ModelInput& input) { return input.name == name; });
  return found == inputs.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - inputs.begin()));
}

/// Reads every scenario, so that a mistake in one shows whichever is chosen, and applies the chosen one.
void apply_scenario(records::Members& model, const std::optional<std::string>& chosen, InputReader& reader, ReadInputs& read) {
  const ReadInputs before = read;
  const io::Json* all = model.any("scenarios");
  const std::string where = model.where() + ": scenarios";
  std::vector<std::string_view> names;
  if (all != nullptr && !all->is_object()) throw data_error(where, "expected an object, found a " + std::string(all->type_name()));
  for (const auto& [name, changes] : all == nullptr ? io::Json::Object{} : all->as_object()) {
    names.push_back(name);
    const std::string place = where + "." + name;
    if (!changes.is_object()) throw data_error(place, "expected an object of inputs, found a " + std::string(changes.type_name()));
    for (const auto& [input, json] : changes.as_object()) {
      const auto at = place_of(before.inputs, input);
      if (!at) throw data_error(place, "unknown input '" + input + "'", "there are " + names_of(before.inputs));
      std::optional<Unit> unit = before.units[*at];
      ModelInput changed = reader.read(input, json, place + "." + input, &before.inputs[*at], unit);
      if (name != chosen) continue;
      changed.source = "scenario " + name + (changed.source.empty() ? "" : ": " + changed.source);
      read.inputs[*at] = changed;
      read.units[*at] = unit;
    }
  }
  if (chosen && std::find(names.begin(), names.end(), *chosen) == names.end())
    throw usage_error("--scenario: unknown scenario '" + *chosen + "'",
                      names.empty() ? "the model has none" : "there are " + joined(names));
}

void apply_setting(const std::string& text, InputReader& reader, ReadInputs& read) {
  const records::Assignment given = records::parse_assignment(text);
  const auto at = place_of(read.inputs, given.name);
  if (!at) throw usage_error("--set: unknown input '" + given.name + "'", "there are " + names_of(read.inputs));
  ModelInput& input = read.inputs[*at];
  const std::optional<Unit>& unit = read.units[*at];
  double value = given.value;
  std::string source = "--set " + given.name + "=" + given.source;
  if (!given.pointer.empty()) {
    const auto field = unit_of_field(given.pointer.substr(given.pointer.rfind('/') + 1));
    if (field && unit && !field->same_kind(*unit))
      throw usage_error("--set " + text + ": the field is in " + kind_text(*field) + " and the input in \"" + input.unit + "\"",
                        "name a field of that unit, or give the input another one");
    if (field && unit && field->scale != unit->scale) {
      value *= field->scale / unit->scale;
      source += ", " + io::Json(given.value).dump() + " of the field's unit";
    }
    if (!field || !unit)
      read.warnings.push_back("--set " + given.name + ": " + (unit ? "the field's name tells no unit" : "the input has no unit") +
                              ", so that none was compared");
  }
  input.distribution = constant(value);
  input.source = source;
  reader.settle(input, unit);
}

void check_discount_rate(const ModelInput& rate, const std::optional<Unit>& unit, const std::string& where, ReadInputs& read) {
  if (unit && !unit->is_number()) throw data_error(where, "expected a number or %, found the unit \"" + rate.unit + "\"");
  const double share = rate.distribution.mean() * rate.scale;
  if (!(share > -1)) throw data_error(where, "expected a rate above -1, found " + io::Json(share).dump());
  if (share >= 1)
    read.warnings.push_back("the discount rate is " + io::Json(100 * share).dump() +
                            " % a year: 7 % is written 0.07, or 7 with the unit %");
}

}  // namespace

bool is_value_name(std::string_view name) {
  if (name.empty() || !is_utf8(name) || std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved)) return false;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0; };
  return letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || digit(c); });
}

std::string names_of(const std::vector<ModelInput>& inputs) {
  std::vector<std::string_view> names;
  for (const ModelInput& input : inputs) names.push_back(input.name);
  return joined(names);
}

double base_scale(const Unit& unit, const Unit& money) {
  return unit.scale / std::pow(money.scale, money_power(unit));
}

std::string base_text(const Unit& unit, const std::string& money_text, const Unit& money) {
  if (unit.same_kind(money)) return money_text;
  const std::string scale = money_text.substr(0, money_text.rfind(' ') == std::string::npos ? 0 : money_text.rfind(' ') + 1);
  return (money_power(unit) == 1 ? scale : "") + (unit.is_number() ? "" : kind_text(unit));
}

ReadInputs read_inputs(records::Members& model, const std::string& money_text, const Unit& money, const ModelChanges& changes,
                       const ReadTable& table) {
  ReadInputs read;
  InputReader reader(money_text, money, table);
  const auto add = [&](const std::string& name, const io::Json& json, const std::string& where) {
    std::optional<Unit> unit;
    read.inputs.push_back(reader.read(name, json, where, nullptr, unit));
    read.units.push_back(unit);
  };
  const std::string where = model.where() + ": inputs";
  const io::Json& inputs = model.required("inputs");
  if (!inputs.is_object()) throw data_error(where, "expected an object of inputs by name, found a " + std::string(inputs.type_name()));
  for (const auto& [name, json] : inputs.as_object()) {
    if (!is_value_name(name))
      throw data_error(where, "'" + name + "' cannot be a name", "letters, digits and _, and none of " + joined(kReserved));
    add(name, json, where + "." + name);
  }
  add(kDiscountRate, model.required(kDiscountRate), model.where() + ": " + kDiscountRate);
  apply_scenario(model, changes.scenario, reader, read);
  for (const std::string& text : changes.settings) apply_setting(text, reader, read);
  check_discount_rate(read.inputs.back(), read.units.back(), model.where() + ": " + kDiscountRate, read);
  return read;
}

}  // namespace daybreak::finance
