#include "libcore/base/options.h"

#include <charconv>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace daybreak {
namespace {

std::string shown(double value) {
  char buffer[32];
  const auto [end, failure] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return failure == std::errc{} ? std::string(buffer, end) : std::string();
}
std::string shown(std::int64_t value) { return std::to_string(value); }

/// The inverse of parse_bytes, with the largest binary unit that divides.
std::string shown_bytes(std::int64_t value) {
  for (const auto& [unit, factor] : {std::pair{"GiB", 1LL << 30}, {"MiB", 1LL << 20}, {"KiB", 1LL << 10}})
    if (value != 0 && value % factor == 0) return std::to_string(value / factor) + unit;
  return std::to_string(value);
}

/// The inverse of parse_duration.
std::string shown_duration(double seconds) {
  for (const auto& [unit, factor] : {std::pair{"d", 86400.0}, {"h", 3600.0}, {"m", 60.0}}) {
    const double count = seconds / factor;
    if (seconds != 0 && count == static_cast<double>(static_cast<std::int64_t>(count))) return shown(count) + unit;
  }
  return shown(seconds) + "s";
}

Option named(std::string_view names, std::string_view value_name, std::string_view help) {
  Option option;
  const auto comma = names.find(',');
  option.name = names.substr(0, comma);
  if (comma != std::string_view::npos) option.letter = names.at(comma + 1);
  option.value_name = value_name;
  option.help = help;
  return option;
}

template <class T>
T within(T value, const std::optional<OptionSink::Range>& range) {
  if (range && (static_cast<double>(value) < range->low || static_cast<double>(value) > range->high))
    throw usage_error("expected a value from " + shown(range->low) + " to " + shown(range->high) + ", found " +
                      shown(value));
  return value;
}

/// Binds a variable (plain or optional) to its reader and its printer.
template <class T, class Parse, class Show>
Option bound(Option option, T* value, const Parse& parse, const Show& show) {
  option.default_text = show(*value);
  option.set = [value, parse](std::string_view text) { *value = parse(text); };
  option.get = [value, show] { return std::vector<std::string>{show(*value)}; };
  return option;
}

template <class T, class Parse, class Show>
Option bound(Option option, std::optional<T>* value, Parse parse, Show show) {
  if (*value) option.default_text = show(**value);
  option.set = [value, parse](std::string_view text) { *value = parse(text); };
  option.get = [value, show] { return *value ? std::vector<std::string>{show(**value)} : std::vector<std::string>{}; };
  return option;
}

std::string same_text(std::string_view text) { return std::string(text); }
std::string shown_text(const std::string& text) { return text; }

auto real_in(std::optional<OptionSink::Range> range) {
  return [range](std::string_view text) { return within(parse_real(text), range); };
}
auto count_in(std::optional<OptionSink::Range> range) {
  return [range](std::string_view text) { return within(parse_count(text), range); };
}
constexpr auto kShowReal = [](double value) { return shown(value); };
constexpr auto kShowCount = [](std::int64_t value) { return shown(value); };

Option completing(Option option, Completes completes) {
  option.completes = completes;
  return option;
}

Option as_operand(Option option, Completes completes) {
  option.operand = true;
  option.completes = completes;
  return option;
}

}  // namespace

void OptionSink::flag(std::string_view names, bool* value, std::string_view help) {
  Option option = named(names, "", help);
  option.set = [value](std::string_view) { *value = true; };
  option.get = [value] { return *value ? std::vector<std::string>{"true"} : std::vector<std::string>{}; };
  add(std::move(option));
}

void OptionSink::text(std::string_view names, std::string* value, std::string_view value_name, std::string_view help) {
  add(bound(named(names, value_name, help), value, same_text, shown_text));
}
void OptionSink::text(std::string_view names, std::optional<std::string>* value, std::string_view value_name,
                      std::string_view help) {
  add(bound(named(names, value_name, help), value, same_text, shown_text));
}

void OptionSink::file(std::string_view names, std::string* value, std::string_view help, std::string_view value_name) {
  add(completing(bound(named(names, value_name, help), value, same_text, shown_text), Completes::file));
}
void OptionSink::file(std::string_view names, std::optional<std::string>* value, std::string_view help,
                      std::string_view value_name) {
  add(completing(bound(named(names, value_name, help), value, same_text, shown_text), Completes::file));
}
void OptionSink::directory(std::string_view names, std::optional<std::string>* value, std::string_view help,
                           std::string_view value_name) {
  add(completing(bound(named(names, value_name, help), value, same_text, shown_text), Completes::directory));
}

void OptionSink::choice(std::string_view names, std::string* value, std::vector<std::string> choices,
                        std::string_view help) {
  std::string value_name;
  for (const std::string& choice : choices) value_name += (value_name.empty() ? "" : "|") + choice;
  const auto one_of = [choices, value_name](std::string_view text) {
    for (const std::string& choice : choices)
      if (choice == text) return choice;
    throw usage_error("expected one of " + value_name + ", found '" + std::string(text) + "'");
  };
  Option option = bound(named(names, value_name, help), value, one_of, shown_text);
  option.choices = std::move(choices);
  add(std::move(option));
}

void OptionSink::list(std::string_view names, std::vector<std::string>* values, std::string_view value_name,
                      std::string_view help, Completes completes) {
  Option option = completing(named(names, value_name, help), completes);
  option.repeatable = true;
  option.set = [values](std::string_view text) { values->emplace_back(text); };
  option.get = [values] { return *values; };
  add(std::move(option));
}

void OptionSink::real(std::string_view names, double* value, std::string_view value_name, std::string_view help,
                      std::optional<Range> range) {
  add(bound(named(names, value_name, help), value, real_in(range), kShowReal));
}
void OptionSink::real(std::string_view names, std::optional<double>* value, std::string_view value_name,
                      std::string_view help, std::optional<Range> range) {
  add(bound(named(names, value_name, help), value, real_in(range), kShowReal));
}
void OptionSink::count(std::string_view names, std::int64_t* value, std::string_view value_name, std::string_view help,
                       std::optional<Range> range) {
  add(bound(named(names, value_name, help), value, count_in(range), kShowCount));
}
void OptionSink::count(std::string_view names, std::optional<std::int64_t>* value, std::string_view value_name,
                       std::string_view help, std::optional<Range> range) {
  add(bound(named(names, value_name, help), value, count_in(range), kShowCount));
}

void OptionSink::bytes(std::string_view names, std::int64_t* value, std::string_view help) {
  add(bound(named(names, "SIZE", help), value, parse_bytes, shown_bytes));
}
void OptionSink::bytes(std::string_view names, std::optional<std::int64_t>* value, std::string_view help) {
  add(bound(named(names, "SIZE", help), value, parse_bytes, shown_bytes));
}
void OptionSink::duration(std::string_view names, double* value, std::string_view help) {
  add(bound(named(names, "TIME", help), value, parse_duration, shown_duration));
}
void OptionSink::duration(std::string_view names, std::optional<double>* value, std::string_view help) {
  add(bound(named(names, "TIME", help), value, parse_duration, shown_duration));
}
void OptionSink::share(std::string_view names, double* value, std::string_view help) {
  add(bound(named(names, "SHARE", help), value, parse_share, kShowReal));
}

void OptionSink::operand(std::string_view name, std::string* value, std::string_view help, Completes completes) {
  Option option = as_operand(bound(named(name, "", help), value, same_text, shown_text), completes);
  option.required = value->empty();
  add(std::move(option));
}
void OptionSink::operand(std::string_view name, std::optional<std::string>* value, std::string_view help,
                         Completes completes) {
  add(as_operand(bound(named(name, "", help), value, same_text, shown_text), completes));
}
void OptionSink::operands(std::string_view name, std::vector<std::string>* values, std::string_view help, bool required,
                          Completes completes) {
  Option option = as_operand(named(name, "", help), completes);
  option.repeatable = true;
  option.required = required;
  option.set = [values](std::string_view text) { values->emplace_back(text); };
  option.get = [values] { return *values; };
  add(std::move(option));
}

}  // namespace daybreak
