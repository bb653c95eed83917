#include "tools/frame/tool.h"

#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <system_error>

#include "libcore/base/error.h"
#include "tools/frame/command_line.h"
#include "tools/frame/config.h"
#include "tools/frame/generate.h"
#include "tools/frame/help.h"
#include "tools/frame/session.h"
#include "tools/frame/signals.h"
#include "tools/frame/standard_output.h"

namespace daybreak::frame {
namespace {

using Arguments = std::vector<std::string>;

std::string version_text(const ToolSpec& tool) {
  return tool.name + " " DAYBREAK_VERSION "\n";
}

const VerbSpec* find_verb(const ToolSpec& tool, const std::string& name) {
  const auto found = std::find_if(tool.verbs.begin(), tool.verbs.end(), [&](const VerbSpec& verb) {
    return verb.name == name || (!verb.alias.empty() && verb.alias == name);
  });
  return found == tool.verbs.end() ? nullptr : &*found;
}

Registry declared(const VerbSpec& spec, Verb& verb, SharedValues& shared) {
  Registry registry;
  verb.declare(registry);
  shared.declare(registry, spec.shared);
  return registry;
}

std::string generated(const ToolSpec& tool, const std::string& form) {
  std::vector<DeclaredVerb> all;
  for (const VerbSpec& spec : tool.verbs) {
    SharedValues shared;
    all.push_back({&spec, declared(spec, *spec.make(), shared)});
  }
  return generate(tool, all, form);
}

std::string text_of_config(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw system_error("open", path, errno);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Command line over file over defaults.
void set_options(const Registry& registry, const SharedValues& shared, const std::vector<Given>& given) {
  // --config itself must be known before the rest is judged.
  for (const Given& one : given)
    if (one.option->name == "config" || one.option->name == "help" || one.option->name == "version" || one.option->name == "generate")
      apply({one});
  if (shared.help || shared.version || shared.generate) return;
  std::vector<Given> merged;
  if (shared.config)
    for (Given& entry : parse_config(registry, text_of_config(*shared.config), *shared.config))
      if (std::none_of(given.begin(), given.end(), [&](const Given& one) { return one.option == entry.option; }))
        merged.push_back(std::move(entry));
  for (const Given& one : given)
    if (one.option->name != "config") merged.push_back(one);
  apply(merged);
}

/// The verb that the arguments name (and removes it from them), the default one, or null.
const VerbSpec* choose_verb(const ToolSpec& tool, Arguments& arguments) {
  if (!arguments.empty())
    if (const VerbSpec* named = find_verb(tool, arguments[0])) {
      if (!named->name.empty()) arguments.erase(arguments.begin());
      return named;
    }
  return find_verb(tool, tool.default_verb);
}

/// What a tool with verbs does when no verb is named.
int without_verb(const ToolSpec& tool, const Arguments& arguments) {
  if (arguments.empty()) {
    const std::string help = tool_help(tool);
    const auto short_help = help.substr(0, help.find("\nOptions:"));
    [[maybe_unused]] const ssize_t told = write(STDERR_FILENO, short_help.data(), short_help.size());
    return static_cast<int>(ExitStatus::usage);
  }
  if (arguments[0] == "-h" || arguments[0] == "--help") return write_stdout(tool_help(tool)), 0;
  if (arguments[0] == "--version") return write_stdout(version_text(tool)), 0;
  if (arguments[0] == "--generate" && arguments.size() == 2) return write_stdout(generated(tool, arguments[1])), 0;
  std::vector<std::string> names;
  for (const VerbSpec& verb : tool.verbs) names.push_back(verb.name);
  const std::string meant = nearest(arguments[0], names);
  throw usage_error("unknown verb '" + arguments[0] + "'", meant.empty() ? "see --help" : "did you mean '" + meant + "'?");
}

int exit_status(Outcome outcome) {
  switch (outcome) {
    case Outcome::done: return static_cast<int>(ExitStatus::done);
    case Outcome::negative: return static_cast<int>(ExitStatus::negative);
    case Outcome::stopped_in_time: break;
  }
  return static_cast<int>(ExitStatus::try_again);
}

int run_verb(const ToolSpec& tool, const VerbSpec& spec, const Arguments& arguments, const StopToken& stop, Logger& logger) {
  if (spec.batch) install_batch_signals();
  SharedValues shared;
  const std::unique_ptr<Verb> verb = spec.make();
  const Registry registry = declared(spec, *verb, shared);
  const std::vector<Given> given = parse_command_line(registry, arguments);
  set_options(registry, shared, given);
  logger.configure(shared.verbosity(), shared.log_format == "json");
  if (shared.help) return write_stdout(verb_help(tool, spec, registry)), 0;
  if (shared.version) return write_stdout(version_text(tool)), 0;
  if (shared.generate) return write_stdout(generated(tool, *shared.generate)), 0;
  if (shared.print_config) return write_stdout(print_config(registry)), 0;
  require_all(registry);
  verb->check();

  RunningSession session(shared, stop, logger);
  const Outcome outcome = verb->run(session);
  stop.check();
  // A file named by -o is new only where the answer is yes; a report on stdout is complete either way.
  if (outcome == Outcome::done) session.finish();
  return exit_status(outcome);
}

/// A default verb and nothing to work on: help instead of a complaint about the first missing operand.
bool nothing_given(const VerbSpec& verb, const Arguments& arguments) {
  if (!arguments.empty()) return false;
  Registry registry;
  const auto made = verb.make();
  made->declare(registry);
  return std::any_of(registry.options().begin(), registry.options().end(), [](const Option& option) { return option.required; });
}

int dispatch(const ToolSpec& tool, Arguments arguments, const StopToken& stop, Logger& logger) {
  const bool verbs = tool.verbs.size() > 1 || !tool.verbs[0].name.empty();
  const bool about_the_tool = !arguments.empty() && (arguments[0] == "-h" || arguments[0] == "--help" || arguments[0] == "--version");
  if (verbs && about_the_tool) return without_verb(tool, arguments);
  const VerbSpec* verb = choose_verb(tool, arguments);
  if (verb == nullptr || (verbs && nothing_given(*verb, arguments) && verb->name == tool.default_verb)) return without_verb(tool, arguments);
  return run_verb(tool, *verb, arguments, stop, logger);
}

}  // namespace

Error as_error(const std::exception& failure) {
  if (const auto* error = dynamic_cast<const Error*>(&failure)) return *error;
  if (dynamic_cast<const std::bad_alloc*>(&failure) != nullptr) return {ExitStatus::resources, "out of memory"};
  if (const auto* error = dynamic_cast<const std::filesystem::filesystem_error*>(&failure))
    return system_error("reach", error->path1().string(), error->code().value());
  if (dynamic_cast<const std::system_error*>(&failure) != nullptr) return {ExitStatus::resources, failure.what()};
  return {ExitStatus::bug, std::string(failure.what()) + " (this is a mistake of the program; please report it)"};
}

int run_tool(const ToolSpec& tool, int argc, char** argv) {
  std::setlocale(LC_ALL, "C");
  StopToken& stop = install_signals();
  Logger logger(tool.name);
  try {
    const int status = dispatch(tool, Arguments(argv + 1, argv + argc), stop, logger);
    close_stdout();
    return status;
  } catch (const Interrupted& interrupted) {
    die_of(interrupted.signal);
  } catch (const ToldElsewhere& failure) {
    return static_cast<int>(failure.status);
  } catch (const std::exception& failure) {
    const Error told = as_error(failure);
    logger.error(told);
    return static_cast<int>(told.status());
  }
}

}  // namespace daybreak::frame
