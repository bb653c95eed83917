#pragma once
// The small closed language of a model's amounts: + - * / ^, min max exp log if, comparisons, names and numbers.
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace daybreak::finance {

enum class Operation {
  number, name, negate, add, subtract, multiply, divide, power, minimum, maximum, exp, log, choose,
  less, less_equal, greater, greater_equal, equal, not_equal
};

/// How an operation is written, for messages: "+", "if", "<=".
std::string_view operation_text(Operation operation);

struct ExpressionNode {
  Operation operation;
  double number = 0;                        // of a number
  std::string name = {};                    // of a name
  std::array<std::size_t, 3> operands = {}; // places of nodes before this one, as many as the operation takes
  std::size_t column = 1;                   // of its sign or first letter, in characters from 1
};

/// A parsed text; operands stand before those that use them, the last node is the whole.
struct Expression {
  std::string text;
  std::string place;  // "model.json: cashflows[2].amount"
  std::vector<ExpressionNode> nodes;

  /// "place, column 9", for messages.
  std::string where(std::size_t node) const;
};

/// Precedence from low to high: comparisons (of two, never chained), + and -, * and /, the sign, ^ (to the right: 2^3^2 is 2^9,
/// -2^2 is -4). min and max take two or more, if takes (condition, then, otherwise), where 0 is false. Error (data) with the
/// column for anything else, for numbers that no double holds, for over 64 KiB and over 100 levels.
Expression parse_expression(const std::string& text, const std::string& place);

}  // namespace daybreak::finance
