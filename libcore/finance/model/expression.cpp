#include "libcore/finance/model/expression.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/base/utf8.h"

namespace daybreak::finance {
namespace {

constexpr std::size_t kLongest = std::size_t{64} << 10;
constexpr int kDeepest = 100;

constexpr std::string_view kTexts[] = {"number", "name", "-",  "+", "-",  "*", "/",  "^",  "min", "max",
                                       "exp",    "log",  "if", "<", "<=", ">", ">=", "==", "!="};

struct Function {
  std::string_view name;
  Operation operation;
  std::size_t least, most;  // operands
};
constexpr std::size_t kAny = 1000;
constexpr Function kFunctions[] = {{"min", Operation::minimum, 2, kAny},
                                   {"max", Operation::maximum, 2, kAny},
                                   {"exp", Operation::exp, 1, 1},
                                   {"log", Operation::log, 1, 1},
                                   {"if", Operation::choose, 3, 3}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

class Parser {
 public:
  Parser(const std::string& text, const std::string& place) : result_{text, place, {}}, rest_(result_.text) {}

  Expression parse() {
    if (result_.text.size() > kLongest)
      throw data_error(result_.place, "expected at most 64 KiB, found " + std::to_string(result_.text.size()));
    if (!is_utf8(result_.text)) throw data_error(result_.place, "expected UTF-8");
    comparison();
    if (!peek().empty()) refuse("an operation or the end");
    return std::move(result_);
  }

 private:
  std::size_t column(std::size_t byte) const {
    const auto continues = [](char c) { return (c & 0xC0) == 0x80; };
    return byte + 1 - static_cast<std::size_t>(std::count_if(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(byte), continues));
  }

  [[noreturn]] void refuse(const std::string& expected) {
    const std::string_view here = peek();
    const std::string found = here.empty() ? "the end" : "'" + std::string(here.substr(0, code_point_at(here, 0).length)) + "'";
    fail(at_, "expected " + expected + ", found " + found + " in \"" + result_.text + "\"");
  }
  [[noreturn]] void fail(std::size_t byte, const std::string& message) const {
    throw data_error(result_.place + ", column " + std::to_string(column(byte)), message);
  }

  /// What is left, blanks passed.
  std::string_view peek() {
    while (at_ < rest_.size() && (rest_[at_] == ' ' || rest_[at_] == '\t' || rest_[at_] == '\n')) ++at_;
    return rest_.substr(at_);
  }
  bool accept(std::string_view sign) {
    if (!peek().starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }

  std::size_t node(Operation operation, std::size_t byte, std::array<std::size_t, 3> operands) {
    result_.nodes.push_back({operation, 0, {}, operands, column(byte)});
    return result_.nodes.size() - 1;
  }

  std::optional<Operation> accept_comparison() {
    for (const auto& [sign, operation] : {std::pair{"<=", Operation::less_equal},
                                          {">=", Operation::greater_equal},
                                          {"==", Operation::equal},
                                          {"!=", Operation::not_equal},
                                          {"<", Operation::less},
                                          {">", Operation::greater}})
      if (accept(sign)) return operation;
    if (peek().starts_with("=")) fail(at_, "a comparison for equality is written ==");
    return std::nullopt;
  }

  std::size_t comparison() {
    if (++depth_ > kDeepest) fail(at_, "nested more than " + std::to_string(kDeepest) + " levels deep");
    std::size_t left = sum();
    peek();
    const std::size_t byte = at_;
    if (const auto operation = accept_comparison()) {
      const std::size_t right = sum();
      left = node(*operation, byte, {left, right});
      peek();
      const std::size_t second = at_;
      if (accept_comparison()) fail(second, "comparisons cannot be chained: write if(a < b, b < c, 0)");
    }
    --depth_;
    return left;
  }

  std::size_t sum() { return chain("+", Operation::add, "-", Operation::subtract, &Parser::product); }
  std::size_t product() { return chain("*", Operation::multiply, "/", Operation::divide, &Parser::sign); }

  /// Operands with either sign between them, from left to right.
  std::size_t chain(std::string_view first_sign, Operation first, std::string_view second_sign, Operation second,
                    std::size_t (Parser::*operand)()) {
    std::size_t left = (this->*operand)();
    for (;;) {
      peek();
      const std::size_t byte = at_;
      const bool is_first = accept(first_sign);
      if (!is_first && !accept(second_sign)) return left;
      const std::size_t right = (this->*operand)();
      left = node(is_first ? first : second, byte, {left, right});
    }
  }

  std::size_t sign() {
    if (++depth_ > kDeepest) fail(at_, "nested more than " + std::to_string(kDeepest) + " levels deep");
    peek();
    const std::size_t byte = at_;
    std::size_t value;
    if (accept("-"))
      value = node(Operation::negate, byte, {sign()});
    else if (accept("+"))
      value = sign();
    else
      value = raised();
    --depth_;
    return value;
  }

  std::size_t raised() {
    const std::size_t base = primary();
    peek();
    const std::size_t byte = at_;
    if (accept("**")) fail(byte, "a power is written ^");
    return accept("^") ? node(Operation::power, byte, {base, sign()}) : base;
  }

  std::size_t primary() {
    if (accept("(")) {
      const std::size_t inner = comparison();
      if (!accept(")")) refuse("')'");
      return inner;
    }
    const std::string_view here = peek();
    if (here.empty()) refuse("a number, a name or '('");
    if (is_digit(here[0]) || here[0] == '.') return number();
    if (is_letter(here[0])) return name_or_function();
    refuse("a number, a name or '('");
  }

  std::size_t number() {
    const std::size_t begin = at_;
    while (at_ < rest_.size() && (is_digit(rest_[at_]) || rest_[at_] == '.')) ++at_;
    if (at_ < rest_.size() && (rest_[at_] == 'e' || rest_[at_] == 'E')) {
      ++at_;
      if (at_ < rest_.size() && (rest_[at_] == '+' || rest_[at_] == '-')) ++at_;
      while (at_ < rest_.size() && is_digit(rest_[at_])) ++at_;
    }
    const std::string_view text = rest_.substr(begin, at_ - begin);
    const auto value = try_parse_real(text);
    if (!value) fail(begin, "expected a number, found '" + std::string(text) + "'");
    if (peek().starts_with("%")) fail(at_, "7 % is written 0.07");
    const std::size_t place = node(Operation::number, begin, {});
    result_.nodes[place].number = *value;
    return place;
  }

  std::size_t name_or_function() {
    const std::size_t begin = at_;
    while (at_ < rest_.size() && (is_letter(rest_[at_]) || is_digit(rest_[at_]))) ++at_;
    const std::string name(rest_.substr(begin, at_ - begin));
    const auto function = std::find_if(std::begin(kFunctions), std::end(kFunctions), [&](const Function& f) { return f.name == name; });
    if (accept("(")) {
      if (function == std::end(kFunctions)) fail(begin, "unknown function '" + name + "': there are min, max, exp, log and if");
      return call(*function, begin);
    }
    if (function != std::end(kFunctions)) refuse("'(' after " + name);
    const std::size_t place = node(Operation::name, begin, {});
    result_.nodes[place].name = name;
    return place;
  }

  std::size_t call(const Function& function, std::size_t begin) {
    std::vector<std::size_t> operands{comparison()};
    while (accept(",")) operands.push_back(comparison());
    if (!accept(")")) refuse("',' or ')'");
    if (operands.size() < function.least || operands.size() > function.most)
      fail(begin, std::string(function.name) + " takes " + std::to_string(function.least) +
                      (function.most > function.least ? " or more" : "") + " operands, found " + std::to_string(operands.size()));
    if (function.operation == Operation::choose) return node(function.operation, begin, {operands[0], operands[1], operands[2]});
    if (operands.size() == 1) return node(function.operation, begin, {operands[0]});
    std::size_t all = operands[0];
    for (std::size_t i = 1; i < operands.size(); ++i) all = node(function.operation, begin, {all, operands[i]});
    return all;
  }

  Expression result_;
  std::string_view rest_;  // the whole text
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::string_view operation_text(Operation operation) {
  return kTexts[static_cast<std::size_t>(operation)];
}

std::string Expression::where(std::size_t node) const {
  return place + ", column " + std::to_string(nodes[node].column);
}

Expression parse_expression(const std::string& text, const std::string& place) {
  return Parser(text, place).parse();
}

}  // namespace daybreak::finance
