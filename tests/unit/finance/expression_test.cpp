#include <cmath>

#include "libcore/base/error.h"
#include "libcore/finance/model/arithmetic.h"
#include "libcore/finance/model/expression.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;

namespace {

/// Computed straight from the tree; x is 3, y is -2.
double value(const std::string& text) {
  const Expression expression = parse_expression(text, "here");
  std::vector<double> values;
  for (const ExpressionNode& node : expression.nodes) {
    if (node.operation == Operation::number)
      values.push_back(node.number);
    else if (node.operation == Operation::name)
      values.push_back(node.name == "x" ? 3 : -2);
    else
      values.push_back(apply(node.operation, values[node.operands[0]], values[node.operands[1]], values[node.operands[2]]));
  }
  return values.back();
}

std::string failure(const std::string& text) {
  try {
    parse_expression(text, "here");
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("operations bind as in arithmetic") {
  CHECK(value("1 + 2 * 3") == 7);
  CHECK(value("(1 + 2) * 3") == 9);
  CHECK(value("10 - 4 - 3") == 3);
  CHECK(value("24 / 4 / 3") == 2);
  CHECK(value("2^3^2") == 512);
  CHECK(value("-2^2") == -4);
  CHECK(value("(-2)^2") == 4);
  CHECK(value("2^-1") == 0.5);
  CHECK(value("--x") == 3);
  CHECK(value("1 - -1") == 2);
  CHECK(value("x*-y") == 6);
  CHECK(value(".5e1 + 1E-1*10") == 6);
  CHECK(value("min(x, y, 7)") == -2);
  CHECK(value("max(1, max(x, y))") == 3);
  CHECK(value("exp(0) + log(exp(2))") == 3);
  CHECK(value("if(x > y, 10, 20) + if(x == y, 1, 2)") == 12);
  CHECK(value("1 + 1 < 3") == 1);
  CHECK(value("x <= 3") + value("x >= 3") + value("x != 3") + value("x < 3") == 2);
  CHECK(value(" x\n+\ty ") == 1);
}

TEST_CASE("what has no value is NaN and not hidden by what follows") {
  CHECK(std::isnan(value("1 / 0")));
  CHECK(std::isnan(value("0 / (1 / 0)")));
  CHECK(std::isnan(value("1 / (1e300 * 1e300)")));
  CHECK(std::isnan(value("exp(-1e300 * 1e300)")));
  CHECK(std::isnan(value("min(1, 1e300 * 1e300)")));
  CHECK(std::isnan(value("max(0 / 0, 1)")));
  CHECK(std::isnan(value("max(1, 0 / 0)")));
  CHECK(std::isnan(value("1 / 0 > 1")));
  CHECK(std::isnan(value("log(0)")));
  CHECK(std::isnan(value("log(y)")));
  CHECK(std::isnan(value("y ^ 0.5")));
  CHECK(std::isnan(value("0 ^ -1")));
  CHECK(std::isnan(value("exp(1000)")));
  CHECK(std::isnan(value("if(0 / 0, 1, 2)")));
  CHECK(value("if(x == 0, 1 / 0, 5)") == 5);
  CHECK(value("0 ^ 0") == 1);
}

TEST_CASE("mistakes are told with their column") {
  CHECK_THAT(failure("a + "), Contains("here, column 5: expected a number, a name or '(', found the end in \"a + \""));
  CHECK_THAT(failure(""), Contains("column 1: expected a number"));
  CHECK_THAT(failure("(a"), Contains("column 3: expected ')', found the end"));
  CHECK_THAT(failure("a b"), Contains("column 3: expected an operation or the end, found 'b'"));
  CHECK_THAT(failure("收入 + )"), Contains("column 6: expected a number, a name or '(', found ')'"));
  CHECK_THAT(failure("a ； b"), Contains("column 3: expected an operation or the end, found '；'"));
  CHECK_THAT(failure("sin(a)"), Contains("column 1: unknown function 'sin': there are min, max, exp, log and if"));
  CHECK_THAT(failure("1 + min(a)"), Contains("column 5: min takes 2 or more operands, found 1"));
  CHECK_THAT(failure("if(a, b)"), Contains("if takes 3 operands, found 2"));
  CHECK_THAT(failure("exp(a, b)"), Contains("exp takes 1 operands, found 2"));
  CHECK_THAT(failure("exp + 1"), Contains("column 5: expected '(' after exp"));
  CHECK_THAT(failure("a < b < c"), Contains("column 7: comparisons cannot be chained"));
  CHECK_THAT(failure("a = b"), Contains("column 3: a comparison for equality is written =="));
  CHECK_THAT(failure("a ** 2"), Contains("column 3: a power is written ^"));
  CHECK_THAT(failure("7% * a"), Contains("column 2: 7 % is written 0.07"));
  CHECK_THAT(failure("1.2.3"), Contains("column 1: expected a number, found '1.2.3'"));
  CHECK_THAT(failure("1e999"), Contains("column 1: expected a number, found '1e999'"));
  CHECK_THAT(failure("1e"), Contains("found '1e'"));
  CHECK_THAT(failure("\xFFx"), Contains("expected UTF-8"));
  CHECK_THAT(failure("$price"), Contains("found '$'"));
  CHECK_THAT(failure(std::string(101, '(') + "1" + std::string(101, ')')), Contains("nested more than 100 levels deep"));
  CHECK_THAT(failure(std::string(101, '-') + "1"), Contains("nested more than 100 levels deep"));
  CHECK_THAT(failure(std::string(70000, '1')), Contains("at most 64 KiB"));
  CHECK(failure("1" + std::string(9000, ' ') + "+1") == "none");
}
