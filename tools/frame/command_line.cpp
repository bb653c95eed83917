#include "tools/frame/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "libcore/base/error.h"

namespace daybreak::frame {
namespace {

std::string spelled(const Option& option) {
  return option.operand ? option.name : "--" + option.name;
}

CLI::Option* declare(CLI::App& app, const Option& option) {
  if (option.operand) return app.add_option(option.name)->expected(1, option.repeatable ? 1 << 24 : 1)->allow_extra_args(option.repeatable);
  const std::string names = (option.letter != 0 ? std::string("-") + option.letter + "," : "") + "--" + option.name;
  if (option.value_name.empty()) return app.add_flag(names);
  // One value for each occurrence, or "--policy a b" would swallow an operand.
  // All occurrences are taken, so that the complaint about a second one can say which values were given.
  return app.add_option(names)->expected(1)->allow_extra_args(false)->multi_option_policy(
      CLI::MultiOptionPolicy::TakeAll);
}

void refuse_repeated(const Option& option, const std::vector<std::string>& values) {
  if (option.repeatable || values.size() < 2) return;
  const std::string times = values.size() == 2 ? "twice" : std::to_string(values.size()) + " times";
  std::string found;
  for (std::size_t i = 0; i < values.size(); ++i)
    found += (i == 0 ? "'" : i + 1 == values.size() ? " and '" : ", '") + values[i] + "'";
  throw usage_error(
      spelled(option) + " was given " + times + ", expected one value " + option.value_name + ", found " + found,
      "leave out all but one");
}

[[noreturn]] void refuse_unknown(const Registry& registry, const std::string& word) {
  if (!word.starts_with('-') || word == "-")
    throw usage_error("the argument '" + word + "' was not expected", "see --help");
  std::vector<std::string> known;
  for (const Option& option : registry.options())
    if (!option.operand && !option.hidden) known.push_back("--" + option.name);
  const std::string meant = nearest(word.substr(0, word.find('=')), known);
  throw usage_error("unknown option '" + word + "'", meant.empty() ? "see --help" : "did you mean '" + meant + "'?");
}

[[noreturn]] void explain(const Registry& registry, const CLI::ParseError& failure) {
  // CLI11 begins such messages with the option's name, or names it somewhere: say which and what is wanted.
  const std::string text = failure.what();
  for (const Option& option : registry.options())
    if (text.starts_with("--" + option.name + ":") || text.starts_with("--" + option.name + " ") ||
        text.starts_with(option.name + ":"))
      throw usage_error(spelled(option) + ": " +
                        (option.value_name.empty() ? "takes no value" : "expected exactly one value " + option.value_name));
  throw usage_error(text, "see --help");
}

}  // namespace

std::vector<Given> parse_command_line(const Registry& registry, const std::vector<std::string>& arguments) {
  CLI::App app;
  app.set_help_flag("");
  app.allow_extras();
  std::vector<CLI::Option*> declared;
  for (const Option& option : registry.options()) declared.push_back(declare(app, option));
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& failure) {
    explain(registry, failure);
  }
  for (const std::string& word : app.remaining())
    if (word != "--") refuse_unknown(registry, word);

  std::vector<Given> given;
  for (std::size_t i = 0; i < declared.size(); ++i) {
    if (declared[i]->count() == 0) continue;
    const Option& option = registry.options()[i];
    if (option.value_name.empty() && !option.operand) {
      given.push_back({&option, std::vector<std::string>(declared[i]->count())});
      continue;
    }
    if (!option.operand) refuse_repeated(option, declared[i]->results());
    given.push_back({&option, declared[i]->results()});
  }
  return given;
}

void apply(const std::vector<Given>& given) {
  for (const Given& one : given)
    for (const std::string& text : one.texts) try {
        one.option->set(text);
      } catch (const Error& failure) {
        if (one.where.empty())
          throw Error(failure.status(), spelled(*one.option) + ": " + failure.message(), failure.hint(),
                      failure.where());
        throw Error(ExitStatus::config, "'" + one.option->name + "': " + failure.message(), failure.hint(), one.where);
      }
}

void require_all(const Registry& registry) {
  for (const Option& option : registry.options()) {
    if (!option.required) continue;
    const std::vector<std::string> values = option.get();
    if (std::all_of(values.begin(), values.end(), [](const std::string& value) { return value.empty(); }))
      throw usage_error(spelled(option) + " is missing", "see --help");
  }
}

}  // namespace daybreak::frame
