#include "tools/frame/help.h"

#include <sstream>

#include "libcore/base/error.h"

namespace daybreak::frame {
namespace {

constexpr std::size_t kColumns = 79, kIndent = 26;

/// Words of `text` wrapped to the page, each line after the first indented.
std::string wrapped(const std::string& text, std::size_t column, std::size_t indent) {
  std::istringstream words(text);
  std::string out;
  std::size_t at = column;
  for (std::string word; words >> word;) {
    if (at > indent && at + 1 + word.size() > kColumns) {
      out += "\n" + std::string(indent, ' ');
      at = indent;
    } else if (at > indent) {
      out += ' ';
      ++at;
    }
    out += word;
    at += word.size();
  }
  return out + "\n";
}

std::string entry(const std::string& left, const std::string& right) {
  std::string line = "  " + left;
  if (line.size() + 2 > kIndent) return line + "\n" + std::string(kIndent, ' ') + wrapped(right, kIndent, kIndent);
  line.resize(kIndent, ' ');
  return line + wrapped(right, kIndent, kIndent);
}

std::string exit_statuses() {
  std::string out = "\nExit status:\n";
  for (const ExitStatusText& row : exit_status_table())
    out += entry(std::to_string(static_cast<int>(row.status)), std::string(row.meaning));
  return out + entry("128+n", "died of signal n");
}

}  // namespace

std::string signature(const Option& option) {
  if (option.operand) return option.name + (option.repeatable ? "..." : "");
  std::string out = option.letter != 0 ? std::string("-") + option.letter + ", " : "";
  out += "--" + option.name;
  if (!option.value_name.empty()) out += " " + option.value_name;
  return out;
}

std::string description(const Option& option) {
  std::string out = option.help;
  if (option.repeatable && !option.operand) out += " (repeatable)";
  if (!option.default_text.empty()) out += " (default: " + option.default_text + ")";
  return out;
}

std::string usage_line(const ToolSpec& tool, const VerbSpec& verb, const Registry& registry) {
  const bool implied = !verb.name.empty() && verb.name == tool.default_verb;
  std::string out = tool.name;
  if (!verb.name.empty()) out += implied ? " [" + verb.name + "]" : " " + verb.name;
  out += " [OPTION]...";
  for (const Option& option : registry.options())
    if (option.operand) {
      const std::string name = signature(option);
      out += option.required ? " " + name : " [" + name + "]";
    }
  return out;
}

std::string tool_help(const ToolSpec& tool) {
  std::string out = "Example:\n  " + tool.example + "\n\n" + wrapped(tool.name + ": " + tool.summary, 0, 0);
  out += "\nUsage: " + tool.name + " VERB [OPTION]... [OPERAND]...\n\nVerbs:\n";
  for (const VerbSpec& verb : tool.verbs)
    out += entry(verb.name, verb.summary + (verb.name == tool.default_verb ? " (the default)" : "") +
                               (verb.alias.empty() ? "" : " (also " + verb.alias + ")"));
  out += "\nOptions:\n" + entry("-h, --help", "Print this help, or that of a verb: " + tool.name + " VERB --help");
  out += entry("--version", "Print the version");
  return out + exit_statuses() + "\nMore: man " + tool.name + ", man daybreak\n";
}

std::string verb_help(const ToolSpec& tool, const VerbSpec& verb, const Registry& registry) {
  std::string out = "Example:\n  " + verb.example + "\n\n" + wrapped(verb.summary, 0, 0);
  out += "\nUsage: " + usage_line(tool, verb, registry) + "\n";
  std::string group = "\n";  // no group is called so
  for (const Option& option : registry.options()) {
    if (option.hidden) continue;
    const std::string heading = option.operand ? "Operands" : option.group.empty() ? "Options" : option.group;
    if (heading != group) out += "\n" + heading + ":\n";
    group = heading;
    out += entry(signature(option), description(option));
  }
  return out + exit_statuses() + "\nMore: man " + tool.name + ", man daybreak\n";
}

}  // namespace daybreak::frame
