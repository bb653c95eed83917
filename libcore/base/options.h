#pragma once
// How an options struct beside an algorithm declares itself, without knowing any command line parser. One declaration
// feeds parsing, --help, the man pages, the completions and the configuration file.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybreak {

/// What a value completes to in a shell.
enum class Completes { nothing, file, directory };

/// One option or operand as the registry keeps it.
struct Option {
  std::string name;          // "threads" for --threads; for an operand its upper-case name, such as "INPUT"
  char letter = 0;           // 'j' for -j, 0 for none
  std::string value_name;    // "N", "FILE", ...; empty: a flag without a value
  std::string help;          // one sentence without a final period, at most 79 columns
  std::string default_text;  // how the initial value reads; empty: none
  std::vector<std::string> choices;
  Completes completes = Completes::nothing;
  bool operand = false;
  bool repeatable = false;
  bool required = false;
  bool hidden = false;  // parsed, but not listed
  std::string group;    // heading in help and man page; empty: "Options"
  /// Takes one occurrence's text ("" for a flag); throws Error (usage) for a bad value.
  std::function<void(std::string_view)> set;
  /// The value in force, as the configuration file spells it; empty: not set. Repeatable options give several.
  std::function<std::vector<std::string>()> get;
};

/// Receives declarations. The frame implements it; algorithms see only this.
class OptionSink {
 public:
  virtual ~OptionSink() = default;
  virtual void add(Option option) = 0;
  /// Options declared from here on stand under this heading.
  virtual void group(std::string_view heading) = 0;

  // Typed declarations. `names` is "name" or "name,j". The default shown is the value that the variable holds now.
  void flag(std::string_view names, bool* value, std::string_view help);
  void text(std::string_view names, std::string* value, std::string_view value_name, std::string_view help);
  void text(std::string_view names, std::optional<std::string>* value, std::string_view value_name, std::string_view help);
  void file(std::string_view names, std::string* value, std::string_view help, std::string_view value_name = "FILE");
  void file(std::string_view names, std::optional<std::string>* value, std::string_view help,
            std::string_view value_name = "FILE");
  void directory(std::string_view names, std::optional<std::string>* value, std::string_view help,
                 std::string_view value_name = "DIR");
  void choice(std::string_view names, std::string* value, std::vector<std::string> choices, std::string_view help);
  /// Each occurrence appends.
  void list(std::string_view names, std::vector<std::string>* values, std::string_view value_name, std::string_view help,
            Completes completes = Completes::nothing);

  struct Range {
    double low, high;  // inclusive
  };
  void real(std::string_view names, double* value, std::string_view value_name, std::string_view help,
            std::optional<Range> range = std::nullopt);
  void real(std::string_view names, std::optional<double>* value, std::string_view value_name, std::string_view help,
            std::optional<Range> range = std::nullopt);
  void count(std::string_view names, std::int64_t* value, std::string_view value_name, std::string_view help,
             std::optional<Range> range = std::nullopt);
  void count(std::string_view names, std::optional<std::int64_t>* value, std::string_view value_name,
             std::string_view help, std::optional<Range> range = std::nullopt);
  void bytes(std::string_view names, std::int64_t* value, std::string_view help);
  void bytes(std::string_view names, std::optional<std::int64_t>* value, std::string_view help);
  /// Seconds.
  void duration(std::string_view names, double* value, std::string_view help);
  void duration(std::string_view names, std::optional<double>* value, std::string_view help);
  void share(std::string_view names, double* value, std::string_view help);

  /// Positional arguments, in the order of declaration; a repeatable one comes last.
  void operand(std::string_view name, std::string* value, std::string_view help, Completes completes = Completes::file);
  void operand(std::string_view name, std::optional<std::string>* value, std::string_view help,
               Completes completes = Completes::file);
  void operands(std::string_view name, std::vector<std::string>* values, std::string_view help, bool required,
                Completes completes = Completes::file);
};

}  // namespace daybreak
