#pragma once
// All values of a model as one graph in which nothing is computed twice.
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "libcore/finance/model/expression.h"

namespace daybreak::finance {

using ValueId = std::uint32_t;

/// How many operands an operation takes: 0 to 3.
std::size_t operand_count(Operation operation);

/// A number, a column of the inputs (Operation::name), or an operation on values before it.
struct Value {
  Operation operation;
  double number = 0;
  std::size_t column = 0;
  std::array<ValueId, 3> operands{};
  std::string origin{};  // the place in the file that first asked for it; "" for what stands in none
};

/// Grows by values whose operands it has. Equal operations on equal values are one value; what depends on no input is
/// computed at once; whole powers up to 64 become products, each the product of shared smaller ones.
class ValueGraph {
 public:
  ValueId number(double value);
  ValueId column(std::size_t input);
  /// operands[i] beyond the operation's count are ignored.
  ValueId apply(Operation operation, std::array<ValueId, 3> operands, const std::string& origin = {});

  const std::vector<Value>& values() const { return values_; }
  bool is_number(ValueId id) const { return values_[id].operation == Operation::number; }
  /// Every value at one row of inputs.
  std::vector<double> at(std::span<const double> row) const;
  /// The operation that made `id` NaN or infinite at a row: where, and with which operands; "" where it is finite.
  std::string why_not_finite(ValueId id, std::span<const double> row) const;

 private:
  using Key = std::tuple<Operation, std::uint64_t, std::array<ValueId, 3>>;
  ValueId add(Value value);
  ValueId whole_power(ValueId base, int exponent, const std::string& origin);

  std::vector<Value> values_;
  std::map<Key, ValueId> known_;
};

}  // namespace daybreak::finance
