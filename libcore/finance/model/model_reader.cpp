// The JSON of a model into its parts.
#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/finance/flows/calendar.h"
#include "libcore/finance/model/expression_binder.h"
#include "libcore/finance/model/model_inputs.h"
#include "libcore/finance/model/model_parts.h"
#include "libcore/records/record_file.h"

namespace daybreak::finance {
namespace {

constexpr std::size_t kMostPayments = 100'000, kMostExpressions = 1000;
constexpr double kLongestHorizon = 10'000;  // years

class ModelReader {
 public:
  ModelReader(const io::Json& document, const std::string& where, const ModelChanges& changes, const ReadTable& table)
      : where_(where), members_(document, where), changes_(changes), table_(table), binder_(parts_.graph) {
    records::require_schema(document, kModelSchema, where);
    members_.any("schema");
  }

  ModelParts read() {
    parts_.title = members_.text("title").value_or("");
    read_money();
    read_base_date();
    const auto horizon = members_.real("horizon", 0, true, kLongestHorizon);
    read_inputs();
    if (horizon) binder_.define("horizon", {parts_.graph.number(*horizon), Unit{}, false});
    read_expressions();
    read_payments(horizon);
    parts_.horizon = horizon.value_or(parts_.payments.back().time);
    read_correlations();
    add_net_present_value();
    add_outputs();
    members_.refuse_others();
    return std::move(parts_);
  }

 private:
  void read_money() {
    const std::string currency = members_.required_text("currency"), unit = members_.required_text("unit");
    const Unit of_currency = parse_unit(currency, where_ + ": currency"), scale = parse_unit(unit, where_ + ": unit");
    if (!currency_code(currency)) members_.refuse("currency: expected a code of ISO 4217 such as USD or CNY, found '" + currency + "'");
    if (!scale.is_number()) members_.refuse("unit: expected 1, thousand, million, 万 or the like, found '" + unit + "'");
    money_ = of_currency * scale;
    parts_.money_unit = scale.scale == 1 ? currency : unit + " " + currency;
  }

  void read_base_date() {
    const auto date = members_.text("base_date");
    if (date) base_date_ = require_date(*date, where_ + ": base_date");
  }
  static std::int64_t require_date(const std::string& date, const std::string& where) {
    const auto days = days_of(date);
    if (!days) throw data_error(where, "expected a date as YYYY-MM-DD, found '" + date + "'", date_hint(date));
    return *days;
  }

  void read_inputs() {
    ReadInputs read = finance::read_inputs(members_, parts_.money_unit, money_, changes_, table_);
    std::string without;
    for (std::size_t i = 0; i < read.inputs.size(); ++i) {
      const ModelInput& input = read.inputs[i];
      const ValueId column = parts_.graph.column(i);
      const ValueId value = parts_.graph.apply(Operation::multiply, {column, parts_.graph.number(input.scale)});
      const bool rate = input.name == kDiscountRate;
      binder_.define(input.name, {value, rate ? Unit{} : read.units[i], false});
      if (rate)
        parts_.rate = value;
      else if (!read.units[i])
        without += (without.empty() ? "" : ", ") + input.name;
    }
    parts_.inputs = std::move(read.inputs);
    parts_.warnings = std::move(read.warnings);
    if (!without.empty()) parts_.warnings.push_back("without a unit, so that none is compared: " + without);
  }

  void read_expressions() {
    const io::Json* all = members_.any("expressions");
    if (all == nullptr) return;
    const std::string where = where_ + ": expressions";
    if (!all->is_object()) throw data_error(where, "expected an object of expressions by name, found a " + std::string(all->type_name()));
    if (all->size() > kMostExpressions) throw data_error(where, "expected at most 1000 expressions, found " + std::to_string(all->size()));
    for (const auto& [name, json] : all->as_object()) {
      if (!is_value_name(name))
        throw data_error(where, "'" + name + "' cannot be a name", "letters, digits and _, and no word of the language");
      if (binder_.has(name)) throw data_error(where, "'" + name + "' is the name of an input too");
      define(name, json, where + "." + name);
      expressions_.push_back(name);
    }
  }

  void define(const std::string& name, const io::Json& json, const std::string& place) {
    std::string text;
    std::optional<std::string> unit;
    if (json.is_string()) {
      text = json.as_string();
    } else {
      records::Members members(json, place);
      text = members.required_text("expression");
      unit = members.text("unit");
      members.refuse_others();
    }
    const auto told = unit ? std::optional(parse_unit(*unit, place)) : std::nullopt;
    binder_.define(name, parse_expression(text, place), told, told ? base_scale(*told, money_) : 1);
    parts_.formulas.push_back({name, text});
    if (unit) told_units_[name] = {*unit, base_scale(*told, money_)};
  }

  void read_payments(const std::optional<double>& horizon) {
    const std::string where = where_ + ": cashflows";
    const io::Json& all = members_.required("cashflows");
    if (!all.is_array() || all.size() == 0) throw data_error(where, "expected an array of cash flows that is not empty");
    for (std::size_t i = 0; i < all.size(); ++i) read_payment(all.at(i), where + "[" + std::to_string(i) + "]", i, horizon);
    std::stable_sort(parts_.payments.begin(), parts_.payments.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    for (const ModelParts::Payment& payment : parts_.payments) {
      if (parts_.times.empty() || parts_.times.back() != payment.time) {
        parts_.times.push_back(payment.time);
        parts_.totals.push_back(payment.amount);
      } else {
        parts_.totals.back() = parts_.graph.apply(Operation::add, {parts_.totals.back(), payment.amount});
      }
    }
  }

  void read_payment(const io::Json& json, const std::string& place, std::size_t index, const std::optional<double>& horizon) {
    records::Members members(json, place);
    const std::string name = members.text("name").value_or("cash flow " + std::to_string(index + 1));
    const std::vector<double> times = read_times(members, horizon);
    const io::Json& amount = members.required("amount");
    if (!amount.is_string() && !amount.is_number()) members.refuse("amount: expected an expression or a number, found " + amount.dump());
    members.refuse_others();
    const Expression expression = parse_expression(amount.is_string() ? amount.as_string() : amount.dump(), place + ".amount");
    parts_.formulas.push_back({name, expression.text});
    if (parts_.payments.size() + times.size() > kMostPayments) members.refuse("over 100,000 payments");
    for (const double time : times) {
      const Quantity quantity = binder_.bind(expression, time);
      if (quantity.unit && !quantity.literal && !quantity.unit->same_kind(money_))
        throw data_error(
            expression.place,
            "the amount is " + kind_text(*quantity.unit) + ", expected " + kind_text(money_) + " in \"" + expression.text + "\"",
            hint_for(*quantity.unit));
      parts_.payments.push_back({name, time, quantity.value});
    }
  }

  std::string hint_for(const Unit& found) const {
    const std::string missing = kind_text(money_ / found);
    return found.is_number() ? "an input in money has a unit such as \"" + parts_.money_unit + "\"" : "multiply by an input in " + missing;
  }

  /// t or date for one payment; from, to (the horizon) and every (1) for several, in years.
  std::vector<double> read_times(records::Members& members, const std::optional<double>& horizon) {
    const auto t = members.real("t", 0, false, kLongestHorizon);
    const auto date = members.text("date");
    const auto from = members.real("from", 0, false, kLongestHorizon);
    const auto to = members.real("to", 0, false, kLongestHorizon);
    const double every = members.real("every", 0, true).value_or(1);
    if (t.has_value() + date.has_value() + from.has_value() != 1)
      members.refuse("expected one of t, date and from", "t and from are years from the base date");
    std::vector<double> times;
    if (t) times.push_back(*t);
    if (date) times.push_back(time_of(*date, members));
    if (from) {
      if (!to && !horizon) members.refuse("from needs a to, or the model a horizon");
      const double last = to.value_or(horizon.value_or(0));
      const double count = std::floor((last - *from) / every * (1 + 1e-12)) + 1;
      if (count < 1) members.refuse("from is past to");
      if (count > kMostPayments) members.refuse("over 100,000 payments");
      for (double i = 0; i < count; ++i) times.push_back(*from + i * every);
    } else if (to || members.any("every") != nullptr) {
      members.refuse("to and every stand beside from only");
    }
    if (horizon && times.back() > *horizon * (1 + 1e-12))
      members.refuse("the payment at " + io::Json(times.back()).dump() + " years is past the horizon of " + io::Json(*horizon).dump());
    return times;
  }

  double time_of(const std::string& date, records::Members& members) const {
    const std::int64_t days = require_date(date, members.where() + ".date");
    if (!base_date_) members.refuse("a date needs the model's base_date");
    if (days < *base_date_) members.refuse("the date " + date + " is before the base date");
    return years_between(*base_date_, days, DayCount::act_365);
  }

  void read_correlations() {
    const io::Json* all = members_.any("correlations");
    if (all == nullptr) return;
    const std::string where = where_ + ": correlations";
    if (!all->is_array()) throw data_error(where, "expected an array of [input, input, rank correlation]");
    for (std::size_t i = 0; i < all->size(); ++i) read_correlation(all->at(i), where + "[" + std::to_string(i) + "]");
  }

  void read_correlation(const io::Json& json, const std::string& place) {
    const bool right = json.is_array() && json.size() == 3 && json.at(0).is_string() && json.at(1).is_string() && json.at(2).is_number();
    if (!right) throw data_error(place, "expected [input, input, rank correlation], found " + json.dump());
    const std::size_t first = correlated(json.at(0).as_string(), place), second = correlated(json.at(1).as_string(), place);
    const double value = json.at(2).as_double();
    if (first == second) throw data_error(place, "an input is correlated with itself");
    if (!(std::abs(value) <= 1)) throw data_error(place, "expected a rank correlation from -1 to 1, found " + json.at(2).dump());
    for (const RankCorrelation& other : parts_.correlations)
      if (std::minmax(other.first, other.second) == std::minmax(first, second))
        throw data_error(place, "this pair has a correlation already");
    std::string fixed;
    for (const std::size_t input : {first, second})
      if (parts_.inputs[input].distribution.is_constant()) fixed = parts_.inputs[input].name;
    if (fixed.empty())
      parts_.correlations.push_back({first, second, value});
    else if (changes_.scenario || !changes_.settings.empty())
      parts_.warnings.push_back("a correlation of '" + fixed + "', which has no chance in this run, is left out");
    else
      throw data_error(place, "'" + fixed + "' has no chance, so that nothing is correlated with it",
                       "give it a dist, or leave the correlation out");
  }

  std::size_t correlated(const std::string& name, const std::string& place) const {
    for (std::size_t i = 0; i < parts_.inputs.size(); ++i)
      if (parts_.inputs[i].name == name) return i;
    throw data_error(place, "unknown input '" + name + "'", "there are " + names_of(parts_.inputs));
  }

  /// Horner's scheme over whole gaps of time, powers over others.
  void add_net_present_value() {
    ValueGraph& graph = parts_.graph;
    const ValueId grown = graph.apply(Operation::add, {graph.number(1), parts_.rate});
    const ValueId above = graph.apply(Operation::greater, {parts_.rate, graph.number(-1)});
    const ValueId one = graph.number(1);
    const std::string origin = where_ + ": " + kDiscountRate;
    const ValueId factor = graph.apply(Operation::choose, {above, graph.apply(Operation::divide, {one, grown}), graph.number(NAN)}, origin);
    const auto discounted = [&](ValueId value, double years) {
      return graph.apply(Operation::multiply, {value, graph.apply(Operation::power, {factor, graph.number(years)}, origin)}, origin);
    };
    ValueId sum = parts_.totals.back();
    for (std::size_t i = parts_.times.size() - 1; i-- > 0;)
      sum = graph.apply(Operation::add, {discounted(sum, parts_.times[i + 1] - parts_.times[i]), parts_.totals[i]});
    parts_.named["npv"] = parts_.times[0] == 0 ? sum : discounted(sum, parts_.times[0]);
  }

  void add_outputs() {
    parts_.outputs = {{"npv", parts_.money_unit}, {"irr", "share"}, {"payback", "year"}, {"discounted_payback", "year"}};
    for (const std::string& name : expressions_) {
      if (binder_.depends_on_time(name)) continue;
      const Quantity quantity = binder_.value_of(name);
      ValueId value = quantity.value;
      std::string unit = quantity.unit && !quantity.unit->is_number() ? base_text(*quantity.unit, parts_.money_unit, money_) : "";
      if (const auto told = told_units_.find(name); told != told_units_.end()) {
        unit = told->second.first;
        value = parts_.graph.apply(Operation::divide, {value, parts_.graph.number(told->second.second)});
      }
      parts_.named[name] = value;
      parts_.outputs.push_back({name, unit});
    }
  }

  std::string where_;
  records::Members members_;
  const ModelChanges& changes_;
  const ReadTable& table_;
  ModelParts parts_;
  ExpressionBinder binder_;
  Unit money_;
  std::optional<std::int64_t> base_date_;
  std::vector<std::string> expressions_;
  std::map<std::string, std::pair<std::string, double>> told_units_;
};

}  // namespace

Model read_model(const io::Json& document, const std::string& where, const ModelChanges& changes, const ReadTable& table) {
  return Model(std::make_shared<const ModelParts>(ModelReader(document, where, changes, table).read()));
}

}  // namespace daybreak::finance
