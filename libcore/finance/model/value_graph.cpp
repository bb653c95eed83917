#include "libcore/finance/model/value_graph.h"

#include <bit>
#include <cmath>
#include <utility>

#include "libcore/finance/model/arithmetic.h"
#include "libcore/io/json.h"

namespace daybreak::finance {
namespace {

constexpr int kHighestWholePower = 64;

bool commutes(Operation operation) {
  return operation == Operation::add || operation == Operation::multiply || operation == Operation::minimum ||
         operation == Operation::maximum || operation == Operation::equal || operation == Operation::not_equal;
}

std::string shown(double value) {
  return std::isfinite(value) ? io::Json(value).dump() : std::isnan(value) ? "no number" : "more than any double holds";
}

std::string reason(Operation operation, const std::array<double, 3>& operands) {
  switch (operation) {
    case Operation::divide:
      if (operands[1] == 0) return "division by zero (" + shown(operands[0]) + " / 0)";
      break;
    case Operation::log:
      if (!(operands[0] > 0)) return "logarithm of " + shown(operands[0]);
      break;
    case Operation::power:
      if (operands[0] == 0 && operands[1] < 0) return "division by zero (0 ^ " + shown(operands[1]) + ")";
      if (operands[0] < 0 && operands[1] != std::floor(operands[1])) return "the power " + shown(operands[1]) + " of " + shown(operands[0]);
      break;
    default: break;
  }
  return std::string(operation_text(operation)) + " gives more than any double holds";
}

}  // namespace

std::size_t operand_count(Operation operation) {
  switch (operation) {
    case Operation::number:
    case Operation::name: return 0;
    case Operation::negate:
    case Operation::exp:
    case Operation::log: return 1;
    case Operation::choose: return 3;
    default: return 2;
  }
}

ValueId ValueGraph::add(Value value) {
  const std::uint64_t constant = value.operation == Operation::number ? std::bit_cast<std::uint64_t>(value.number) : value.column;
  const auto [entry, fresh] = known_.try_emplace(Key{value.operation, constant, value.operands}, static_cast<ValueId>(values_.size()));
  if (fresh) values_.push_back(std::move(value));
  return entry->second;
}

ValueId ValueGraph::number(double value) {
  return add({Operation::number, value});
}

ValueId ValueGraph::column(std::size_t input) {
  return add({Operation::name, 0, input});
}

ValueId ValueGraph::apply(Operation operation, std::array<ValueId, 3> operands, const std::string& origin) {
  const std::size_t count = operand_count(operation);
  std::fill(operands.begin() + static_cast<std::ptrdiff_t>(count), operands.end(), 0);
  const auto constant = [&](std::size_t i) { return i < count && is_number(operands[i]); };
  const auto is = [&](std::size_t i, double wanted) { return constant(i) && values_[operands[i]].number == wanted; };
  if (operation == Operation::choose && constant(0) && std::isfinite(values_[operands[0]].number)) return operands[is(0, 0) ? 2 : 1];
  if (operation == Operation::multiply && is(0, 1)) return operands[1];
  if ((operation == Operation::multiply || operation == Operation::divide || operation == Operation::power) && is(1, 1)) return operands[0];
  if (operation == Operation::add && is(0, 0)) return operands[1];
  if ((operation == Operation::add || operation == Operation::subtract) && is(1, 0)) return operands[0];
  bool all_constant = true;
  std::array<double, 3> numbers{};
  for (std::size_t i = 0; i < count; ++i) {
    all_constant = all_constant && constant(i);
    numbers[i] = values_[operands[i]].number;
  }
  if (all_constant) {
    const double value = finance::apply(operation, numbers[0], numbers[1], numbers[2]);
    // What has no value stays an operation, which can say so.
    if (std::isfinite(value)) return number(value);
  } else if (operation == Operation::power && constant(1)) {
    const double exponent = numbers[1];
    if (exponent == std::floor(exponent) && std::abs(exponent) <= kHighestWholePower)
      return whole_power(operands[0], static_cast<int>(exponent), origin);
  }
  if (commutes(operation) && operands[0] > operands[1]) std::swap(operands[0], operands[1]);
  return add({operation, 0, 0, operands, origin});
}

ValueId ValueGraph::whole_power(ValueId base, int exponent, const std::string& origin) {
  if (exponent < 0) return apply(Operation::divide, {number(1), whole_power(base, -exponent, origin)}, origin);
  if (exponent == 0) return number(1);
  if (exponent == 1) return base;
  const ValueId half = whole_power(base, exponent / 2, origin);
  const ValueId square = apply(Operation::multiply, {half, half}, origin);
  return exponent % 2 == 0 ? square : apply(Operation::multiply, {square, base}, origin);
}

std::vector<double> ValueGraph::at(std::span<const double> row) const {
  std::vector<double> numbers(values_.size());
  for (std::size_t id = 0; id < values_.size(); ++id) {
    const Value& value = values_[id];
    if (value.operation == Operation::number)
      numbers[id] = value.number;
    else if (value.operation == Operation::name)
      numbers[id] = row[value.column];
    else
      numbers[id] = finance::apply(value.operation, numbers[value.operands[0]], numbers[value.operands[1]], numbers[value.operands[2]]);
  }
  return numbers;
}

std::string ValueGraph::why_not_finite(ValueId id, std::span<const double> row) const {
  const std::vector<double> numbers = at(row);
  if (std::isfinite(numbers[id])) return {};
  for (;;) {
    const Value& value = values_[id];
    const std::size_t count = operand_count(value.operation);
    std::size_t bad = count;
    if (value.operation == Operation::choose) {  // the branch that was not taken is no reason
      bad = !std::isfinite(numbers[value.operands[0]]) ? 0 : numbers[value.operands[0]] != 0 ? 1 : 2;
    } else {
      for (bad = 0; bad < count && std::isfinite(numbers[value.operands[bad]]);) ++bad;
    }
    if (bad == count) {
      std::array<double, 3> operands{};
      for (std::size_t i = 0; i < count; ++i) operands[i] = numbers[value.operands[i]];
      return (value.origin.empty() ? "" : value.origin + ": ") + reason(value.operation, operands);
    }
    id = value.operands[bad];
  }
}

}  // namespace daybreak::finance
