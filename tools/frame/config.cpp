#include "tools/frame/config.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace daybreak::frame {
namespace {

/// One line under the reader's finger.
class Line {
 public:
  Line(std::string_view text, std::string where) : rest_(text), where_(std::move(where)) {}

  void skip_blanks() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\r')) rest_.remove_prefix(1);
  }
  bool at_end() {
    skip_blanks();
    return rest_.empty() || rest_[0] == '#';
  }
  bool take(char wanted) {
    skip_blanks();
    if (rest_.empty() || rest_[0] != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// The key that the line begins with; later messages name it.
  std::string key() {
    const std::string word = bare_word();
    if (word.empty()) fail("expected a key, found " + found());
    key_ = "'" + word + "': ";
    return word;
  }
  std::string bare_word() {
    skip_blanks();
    std::size_t end = 0;
    while (end < rest_.size() && rest_.substr(end, 1).find_first_of(" \t\r=,]#\"") == std::string_view::npos) ++end;
    const std::string word(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return word;
  }
  std::string value() {
    if (take('"')) return quoted();
    const std::string all = found(), word = bare_word();
    if (word != "true" && word != "false" && !try_parse_real(word))
      fail("expected a string in double quotes, a number, true or false, found " + all);
    return word;
  }
  char peek() {
    skip_blanks();
    return rest_.empty() ? '\0' : rest_[0];
  }
  /// What is left, without the blanks around it.
  std::string rest() {
    skip_blanks();
    return std::string(rest_.substr(0, rest_.find_last_not_of(" \t\r") + 1));
  }
  /// The same for a message.
  std::string found() { return at_end() ? "the end of the line" : rest(); }
  const std::string& where() const { return where_; }
  [[noreturn]] void fail(const std::string& message, const std::string& hint = "see --print-config") const {
    throw Error(ExitStatus::config, key_ + message, hint, where_);
  }

 private:
  std::string quoted() {
    std::string out;
    for (;;) {
      if (rest_.empty()) fail("the string has no closing quote");
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '"') return out;
      out += c == '\\' ? escaped() : c;
    }
  }
  char escaped() {
    if (rest_.empty()) fail("the string has no closing quote");
    const char c = rest_[0];
    rest_.remove_prefix(1);
    switch (c) {
      case 'n': return '\n';
      case 't': return '\t';
      case 'r': return '\r';
      case '"':
      case '\\': return c;
      default: fail(std::string("unknown escape \\") + c + " (known: \\n \\t \\r \\\" \\\\)");
    }
  }

  std::string_view rest_;
  std::string where_, key_;
};

std::vector<std::string> values_of(Line& line) {
  if (!line.take('[')) return {line.value()};
  std::vector<std::string> values;
  while (!line.take(']')) {
    if (line.at_end()) line.fail("the array has no closing bracket on this line");
    if (!values.empty() && !line.take(',')) line.fail("expected , or ] in the array");
    values.push_back(line.value());
  }
  return values;
}

std::string toml(const std::string& value) {
  if (value == "true" || value == "false" || try_parse_real(value)) return value;
  std::string out = "\"";
  for (const char c : value) {
    if (c == '\n') out += "\\n";
    else if (c == '\t') out += "\\t";
    else if (c == '\r') out += "\\r";
    else if (c == '"' || c == '\\') (out += '\\') += c;
    else out += c;
  }
  return out + "\"";
}

/// Operands, and options that are about this one run, have no place in a file.
bool configurable(const Option& option) {
  return !option.operand && !option.hidden && static_cast<bool>(option.get);
}

/// The option that a line sets.
const Option& option_of(const Registry& registry, Line& line) {
  if (line.peek() == '[')
    line.fail("found the section " + line.rest() +
                  ", expected KEY = VALUE: keys are long names of options and stand in no section",
              "remove the line");
  const std::string key = line.key();
  const Option* option = registry.find(key);
  if (option != nullptr && configurable(*option)) return *option;
  std::vector<std::string> known;
  for (const Option& one : registry.options())
    if (configurable(one)) known.push_back(one.name);
  const std::string meant = nearest(key, known);
  line.fail(meant.empty() ? "unknown key" : "unknown key, did you mean '" + meant + "'?");
}

/// What follows the key.
std::vector<std::string> read_values(const Option& option, Line& line) {
  if (!line.take('=')) line.fail("expected = after the key, found " + line.found());
  std::vector<std::string> texts = values_of(line);
  if (!line.at_end()) line.fail("expected nothing after the value, found " + line.found());
  if (texts.size() != 1 && !option.repeatable)
    line.fail("expected one value " + option.value_name + ", found an array of " + std::to_string(texts.size()));
  const bool is_flag = option.value_name.empty();
  if (is_flag && texts[0] != "true" && texts[0] != "false")
    line.fail("expected true or false, found '" + texts[0] + "'");
  return texts;
}

}  // namespace

std::vector<Given> parse_config(const Registry& registry, std::string_view text, const std::string& file) {
  std::vector<Given> given;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    Line line(text.substr(0, end), file + ":" + std::to_string(number));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.at_end()) continue;
    const Option& option = option_of(registry, line);
    for (const Given& earlier : given)
      if (earlier.option == &option)
        line.fail("the key appears twice, first in " + earlier.where, "leave out one of the two");
    given.push_back({&option, read_values(option, line), line.where()});
  }
  // A flag that is false is one that is not given.
  std::erase_if(given, [](const Given& one) { return one.option->value_name.empty() && one.texts[0] == "false"; });
  return given;
}

std::string print_config(const Registry& registry) {
  std::string out;
  for (const Option& option : registry.options()) {
    if (!configurable(option)) continue;
    const std::vector<std::string> values = option.get();
    if (values.empty()) continue;
    out += option.name + " = ";
    if (!option.repeatable) {
      out += toml(values[0]);
    } else {
      out += '[';
      for (std::size_t i = 0; i < values.size(); ++i) out += (i == 0 ? "" : ", ") + toml(values[i]);
      out += ']';
    }
    out += '\n';
  }
  return out;
}

}  // namespace daybreak::frame
