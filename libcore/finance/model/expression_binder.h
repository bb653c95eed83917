#pragma once
// Expressions as values of a graph: what their names mean, and whether their units agree.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libcore/finance/model/expression.h"
#include "libcore/finance/model/units.h"
#include "libcore/finance/model/value_graph.h"

namespace daybreak::finance {

/// A value with what is known of its unit. Values are in base units.
struct Quantity {
  ValueId value = 0;
  std::optional<Unit> unit;  // nothing: not known, which agrees with every unit
  bool literal = false;      // made of numbers in the text alone
};

/// Knows the names of a model, and adds expressions of them to its graph.
class ExpressionBinder {
 public:
  explicit ExpressionBinder(ValueGraph& graph) : graph_(graph) {}

  void define(const std::string& name, const Quantity& quantity);
  /// An expression with a name; where `unit` is given its value must be of that kind. `scale` is what one of the unit is in base
  /// units. Bound when it is first used.
  void define(const std::string& name, Expression expression, const std::optional<Unit>& unit, double scale);

  bool has(const std::string& name) const { return quantities_.contains(name) || named_.contains(name); }
  /// True where the expression of that name depends on t, perhaps through others. Error (data) as bind()'s.
  bool depends_on_time(const std::string& name);
  /// A defined expression, at a time where it depends on one.
  Quantity value_of(const std::string& name, std::optional<double> time = std::nullopt);

  /// Error (data) with the place and column: unknown names, units that do not agree, expressions that need each other in a
  /// circle, t where there is no time.
  Quantity bind(const Expression& expression, std::optional<double> time);

 private:
  struct Named {
    Expression expression;
    std::optional<Unit> unit;
    double scale;
    std::optional<bool> depends_on_time;
  };
  Quantity name(const Expression& expression, std::size_t node, std::optional<double> time);
  Quantity operation(const Expression& expression, std::size_t node, const std::vector<Quantity>& quantities);
  std::optional<Unit> unit_of(const Expression& expression, std::size_t node, const std::vector<Quantity>& quantities) const;
  std::optional<Unit> unit_of_power(const Expression& expression, std::size_t node, const Quantity& base, const Quantity& exponent) const;
  std::string known_names() const;
  /// Notes that a name is being looked into until the guard goes; Error (data) where it is already.
  class Visit;

  ValueGraph& graph_;
  std::map<std::string, Quantity> quantities_;
  std::map<std::string, Named> named_;
  std::map<std::pair<std::string, std::optional<double>>, Quantity> bound_;
  std::vector<std::string> visiting_;
};

}  // namespace daybreak::finance
