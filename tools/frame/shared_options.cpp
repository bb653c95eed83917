#include "tools/frame/shared_options.h"

namespace daybreak::frame {
namespace {

/// An option about this one run: it has no place in a configuration file, so it has no `get`.
Option once(std::string name, char letter, std::string value_name, std::string help, std::function<void(std::string_view)> set) {
  Option option;
  option.name = std::move(name);
  option.letter = letter;
  option.value_name = std::move(value_name);
  option.help = std::move(help);
  option.set = std::move(set);
  return option;
}

Option completing_files(Option option) {
  option.completes = Completes::file;
  return option;
}

}  // namespace

void SharedValues::declare(OptionSink& sink, const SharedOptions& wanted) {
  sink.group("Common options");
  const auto path = [](std::optional<std::string>* value) { return [value](std::string_view text) { *value = text; }; };
  if (wanted.output)
    sink.add(completing_files(once("output", 'o', "FILE", "Write the result to FILE instead of stdout", path(&output))));
  std::vector<std::string> forms{"auto", "text", "json"};
  if (wanted.csv) forms.push_back("csv");
  if (wanted.format) sink.choice("format", &format, forms, "Form of the result; auto: text on a terminal, JSON elsewhere");
  if (wanted.threads) sink.count("threads,j", &threads, "N", "Threads, 0 for all; results never depend on it", OptionSink::Range{0, 4096});
  if (wanted.seed) sink.count("seed", &seed, "N", "Seed of all randomness");
  if (wanted.dry_run)
    sink.flag(
        "dry-run,n", &dry_run,
        wanted.output ? "Write no file: the result goes to stdout" : "Check all inputs, print the plan, write nothing");
  if (wanted.force) sink.flag("force", &force, "Overwrite files that would be kept otherwise");
  if (wanted.depfile)
    sink.add(completing_files(once("depfile", 0, "FILE", "Write a Make rule to FILE that lists all that was read", path(&depfile))));
  sink.add(completing_files(once("config", 0, "FILE", "Read options from FILE (TOML); the command line wins", path(&config))));
  sink.add(once("print-config", 0, "", "Print the options in force as a configuration file and stop",
                [this](std::string_view) { print_config = true; }));
  sink.flag("quiet,q", &quiet, "Only errors on stderr");
  sink.add(once("verbose", 'v', "", "Say more on stderr; twice: for debugging", [this](std::string_view) { ++verbose; }));
  sink.choice("log-format", &log_format, {"text", "json"}, "Form of the messages on stderr");
  sink.add(once("help", 'h', "", "Print this help", [this](std::string_view) { help = true; }));
  sink.add(once("version", 0, "", "Print the version", [this](std::string_view) { version = true; }));
  Option hidden = once("generate", 0, "FORM", "Print what the build needs", path(&generate));
  hidden.hidden = true;
  sink.add(std::move(hidden));
}

Verbosity SharedValues::verbosity() const {
  if (quiet) return Verbosity::quiet;
  return verbose == 0 ? Verbosity::normal : verbose == 1 ? Verbosity::info : Verbosity::debug;
}

}  // namespace daybreak::frame
