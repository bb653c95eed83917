#include "libcore/finance/model/expression_binder.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"

namespace daybreak::finance {
namespace {

constexpr std::size_t kDeepest = 100;
const std::string kTime = "t";

/// The unit of two that must agree. What has none agrees with everything, and beside it a bare number may be of any unit.
std::optional<Unit> agreed(const Expression& expression, std::size_t node, const Quantity& a, const Quantity& b) {
  if (!a.unit) return b.literal && !a.literal ? std::nullopt : b.unit;
  if (!b.unit) return a.literal && !b.literal ? std::nullopt : a.unit;
  if (a.unit->same_kind(*b.unit)) return a.unit;
  const bool literal = a.literal || b.literal;
  throw data_error(expression.where(node),
                   "the units of the two sides of " + std::string(operation_text(expression.nodes[node].operation)) +
                       " differ: " + kind_text(*a.unit) + " and " + kind_text(*b.unit) + " in \"" + expression.text + "\"",
                   literal ? "make the number an input with a unit" : "multiply one of them by an input with the missing unit");
}

void require_number(const Expression& expression, std::size_t node, const Quantity& operand) {
  if (operand.unit && !operand.unit->is_number())
    throw data_error(expression.where(node), std::string(operation_text(expression.nodes[node].operation)) +
                                                 " takes a number without a unit, found " + kind_text(*operand.unit) + " in \"" +
                                                 expression.text + "\"");
}

}  // namespace

class ExpressionBinder::Visit {
 public:
  Visit(ExpressionBinder& binder, const std::string& name) : names_(binder.visiting_) {
    const auto same = std::find(names_.begin(), names_.end(), name);
    const std::string& place = binder.named_.at(name).expression.place;
    if (same != names_.end()) {
      std::vector<std::string> circle(same, names_.end());
      circle.push_back(name);
      throw data_error(place, "expressions need each other in a circle: " + joined(circle, " needs "));
    }
    if (names_.size() == kDeepest) throw data_error(place, "over " + std::to_string(kDeepest) + " expressions need one another");
    names_.push_back(name);
  }
  ~Visit() { names_.pop_back(); }

 private:
  std::vector<std::string>& names_;
};

void ExpressionBinder::define(const std::string& name, const Quantity& quantity) {
  quantities_[name] = quantity;
}

void ExpressionBinder::define(const std::string& name, Expression expression, const std::optional<Unit>& unit, double scale) {
  named_[name] = {std::move(expression), unit, scale, std::nullopt};
}

std::string ExpressionBinder::known_names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, quantity] : quantities_) names.push_back(name);
  for (const auto& [name, named] : named_) names.push_back(name);
  return joined(names);
}

bool ExpressionBinder::depends_on_time(const std::string& name) {
  const auto found = named_.find(name);
  if (found == named_.end()) return name == kTime;
  if (found->second.depends_on_time) return *found->second.depends_on_time;
  const Visit visit(*this, name);
  bool depends = false;
  for (const ExpressionNode& node : found->second.expression.nodes)
    if (node.operation == Operation::name && depends_on_time(node.name)) depends = true;
  found->second.depends_on_time = depends;
  return depends;
}

Quantity ExpressionBinder::value_of(const std::string& name, std::optional<double> time) {
  if (!depends_on_time(name)) time = std::nullopt;
  if (const auto known = bound_.find({name, time}); known != bound_.end()) return known->second;
  const Visit visit(*this, name);
  const Named& named = named_.at(name);
  Quantity quantity = bind(named.expression, time);
  if (named.unit && quantity.unit && !quantity.literal && !quantity.unit->same_kind(*named.unit))
    throw data_error(named.expression.place, "the expression is " + kind_text(*quantity.unit) + ", and its unit " + kind_text(*named.unit));
  if (named.unit && (!quantity.unit || quantity.literal)) {  // told by the unit alone
    quantity.value = graph_.apply(Operation::multiply, {quantity.value, graph_.number(named.scale)}, named.expression.place);
    quantity.unit = named.unit;
    quantity.literal = false;
  }
  return bound_[{name, time}] = quantity;
}

Quantity ExpressionBinder::name(const Expression& expression, std::size_t node, std::optional<double> time) {
  const std::string& wanted = expression.nodes[node].name;
  if (wanted == kTime) {
    if (!time) throw data_error(expression.where(node), "t is the time of a cash flow, and here is none in \"" + expression.text + "\"");
    return {graph_.number(*time), Unit{}, false};
  }
  if (const auto known = quantities_.find(wanted); known != quantities_.end()) return known->second;
  if (named_.contains(wanted)) return value_of(wanted, time);
  throw data_error(expression.where(node), "unknown name '" + wanted + "' in \"" + expression.text + "\"", "known: t, " + known_names());
}

Quantity ExpressionBinder::bind(const Expression& expression, std::optional<double> time) {
  std::vector<Quantity> quantities;
  for (std::size_t node = 0; node < expression.nodes.size(); ++node) {
    const ExpressionNode& here = expression.nodes[node];
    if (here.operation == Operation::name) {
      quantities.push_back(name(expression, node, time));
    } else if (here.operation != Operation::number) {
      quantities.push_back(operation(expression, node, quantities));
    } else {
      Quantity& number = quantities.emplace_back();
      number.value = graph_.number(here.number);
      number.literal = true;
      if (here.number != 0) number.unit.emplace();  // a bare 0 is nothing of any unit
    }
  }
  return quantities.back();
}

Quantity ExpressionBinder::operation(const Expression& expression, std::size_t node, const std::vector<Quantity>& quantities) {
  const ExpressionNode& here = expression.nodes[node];
  Quantity result{0, unit_of(expression, node, quantities), true};
  std::array<ValueId, 3> operands{};
  for (std::size_t i = 0; i < operand_count(here.operation); ++i) {
    operands[i] = quantities[here.operands[i]].value;
    result.literal = result.literal && quantities[here.operands[i]].literal;
  }
  result.value = graph_.apply(here.operation, operands, expression.where(node));
  return result;
}

std::optional<Unit> ExpressionBinder::unit_of(const Expression& expression, std::size_t node,
                                              const std::vector<Quantity>& quantities) const {
  const ExpressionNode& here = expression.nodes[node];
  const Quantity &a = quantities[here.operands[0]], &b = quantities[here.operands[1]];
  switch (here.operation) {
    case Operation::negate: return a.unit;
    case Operation::add:
    case Operation::subtract:
    case Operation::minimum:
    case Operation::maximum: return agreed(expression, node, a, b);
    case Operation::multiply: return a.unit && b.unit ? std::optional(*a.unit * *b.unit) : std::nullopt;
    case Operation::divide: return a.unit && b.unit ? std::optional(*a.unit / *b.unit) : std::nullopt;
    case Operation::power: return unit_of_power(expression, node, a, b);
    case Operation::exp:
    case Operation::log: require_number(expression, node, a); return Unit{};
    case Operation::choose: require_number(expression, node, a); return agreed(expression, node, b, quantities[here.operands[2]]);
    default: agreed(expression, node, a, b); return Unit{};
  }
}

std::optional<Unit> ExpressionBinder::unit_of_power(const Expression& expression, std::size_t node, const Quantity& base,
                                                    const Quantity& exponent) const {
  require_number(expression, node, exponent);
  if (!base.unit || base.unit->is_number()) return base.unit;
  const double value = graph_.values()[exponent.value].number;
  if (!graph_.is_number(exponent.value) || value != std::floor(value) || std::abs(value) > 9)
    throw data_error(expression.where(node), "a value in " + kind_text(*base.unit) + " can only be raised to a whole number up to 9 in \"" +
                                                 expression.text + "\"");
  return power(*base.unit, static_cast<int>(value));
}

}  // namespace daybreak::finance
