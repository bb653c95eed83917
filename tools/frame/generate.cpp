#include "tools/frame/generate.h"

#include "libcore/base/error.h"
#include "tools/frame/help.h"

namespace daybreak::frame {
namespace {

std::string joined(const std::vector<std::string>& words, const std::string& between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

// ---- scdoc ----------------------------------------------------------------------------------------------------------

std::string scdoc_escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '_' || c == '*' || c == '\\' || c == '#' || c == '[' || c == '<' || c == '|' || c == ']' || c == '.') out += '\\';
    out += c;
  }
  return out;
}

std::string scdoc_entry(const Option& option) {
  std::string out;
  if (option.operand) {
    out = "_" + scdoc_escaped(option.name) + "_" + (option.repeatable ? "\\.\\.\\." : "");
  } else {
    if (option.letter != 0) out += std::string("*-") + option.letter + "*, ";
    out += "*--" + option.name + "*";
    if (!option.value_name.empty()) out += " _" + scdoc_escaped(option.value_name) + "_";
  }
  return out + "\n\t" + scdoc_escaped(description(option)) + ".\n\n";
}

std::string scdoc(const ToolSpec& tool, const std::vector<DeclaredVerb>& verbs) {
  std::string out = "# OPTIONS\n\n";
  for (const auto& [verb, registry] : verbs) {
    if (!verb->name.empty()) out += "## " + tool.name + " " + verb->name + "\n\n" + scdoc_escaped(verb->summary) + ".\n\n";
    for (const Option& option : registry.options())
      if (!option.hidden) out += scdoc_entry(option);
  }
  out += "# CONFIG\n\nA file named by *--config* holds lines _key_ = _value_ in TOML, where a key is the long name of an "
         "option without its dashes. Options of the command line win over the file. *--print-config* prints the values in "
         "force as such a file.\n\n# EXIT STATUS\n\n";
  for (const ExitStatusText& row : exit_status_table())
    out += "*" + std::to_string(static_cast<int>(row.status)) + "*\n\t" + scdoc_escaped(std::string(row.meaning)) + ".\n\n";
  return out + "*128+n*\n\tdied of signal n.\n\n";
}

// ---- shells ---------------------------------------------------------------------------------------------------------

std::vector<std::string> long_options(const Registry& registry) {
  std::vector<std::string> names;
  for (const Option& option : registry.options())
    if (!option.operand && !option.hidden) names.push_back("--" + option.name);
  return names;
}

std::vector<std::string> verb_names(const ToolSpec& tool) {
  std::vector<std::string> names;
  for (const VerbSpec& verb : tool.verbs)
    if (!verb.name.empty()) names.push_back(verb.name);
  return names;
}

std::string identifier(std::string name) {
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
}

std::string bash_choices(const Registry& registry) {
  std::string out;
  for (const Option& option : registry.options())
    if (!option.choices.empty())
      out += "        --" + option.name + ") COMPREPLY=($(compgen -W '" + joined(option.choices, " ") + "' -- \"$current\")); return ;;\n";
  return out;
}

std::string bash(const ToolSpec& tool, const std::vector<DeclaredVerb>& verbs) {
  const std::string function = "_" + identifier(tool.name);
  const std::string fallback = tool.default_verb.empty() ? "" : tool.default_verb;
  std::string out = "# bash completion of " + tool.name + "\n" + function + "() {\n  local current=${COMP_WORDS[COMP_CWORD]}";
  out += " previous=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]}\n  COMPREPLY=()\n";
  if (const auto names = verb_names(tool); !names.empty()) {
    out += "  if [ \"$COMP_CWORD\" -eq 1 ] && [[ $current != -* ]]; then\n    COMPREPLY=($(compgen -W '" + joined(names, " ") +
           "' -- \"$current\") $(compgen -f -- \"$current\"))\n    return\n  fi\n";
    out += "  case $verb in " + joined(names, "|") + ") ;; *) verb='" + fallback + "' ;; esac\n";
  } else {
    out += "  verb=\n";
  }
  out += "  case $verb in\n";
  for (const auto& [verb, registry] : verbs) {
    out += "    '" + verb->name + "')\n";
    if (const std::string choices = bash_choices(registry); !choices.empty())
      out += "      case $previous in\n" + choices + "      esac\n";
    out += "      [[ $current == -* ]] && COMPREPLY=($(compgen -W '" + joined(long_options(registry), " ") +
           "' -- \"$current\")) || COMPREPLY=($(compgen -f -- \"$current\")) ;;\n";
  }
  if (fallback.empty() && !verb_names(tool).empty()) out += "    *) COMPREPLY=($(compgen -W '--help --version' -- \"$current\")) ;;\n";
  return out + "  esac\n}\ncomplete -o filenames -F " + function + " " + tool.name + "\n";
}

std::string shell_quoted(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out;
}

std::string zsh_escaped(const std::string& text) {
  std::string out;
  for (const char c : shell_quoted(text)) {
    if (c == '[' || c == ']' || c == ':') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_entry(const Option& option) {
  if (option.operand) return "'*:" + zsh_escaped(option.name) + ":_files'";
  std::string out = std::string("'") + (option.repeatable ? "*" : "") + "--" + option.name + "[" + zsh_escaped(option.help) + "]";
  if (!option.value_name.empty()) {
    out += ":" + zsh_escaped(option.value_name) + ":";
    if (!option.choices.empty()) out += "(" + joined(option.choices, " ") + ")";
    else if (option.completes == Completes::file) out += "_files";
    else if (option.completes == Completes::directory) out += "_files -/";
  }
  return out + "'";
}

std::string zsh(const ToolSpec& tool, const std::vector<DeclaredVerb>& verbs) {
  std::string out = "#compdef " + tool.name + "\n# zsh completion of " + tool.name + "\n";
  const auto names = verb_names(tool);
  if (!names.empty()) {
    out += "local -a verbs=(";
    for (const VerbSpec& verb : tool.verbs) out += " '" + verb.name + ":" + zsh_escaped(verb.summary) + "'";
    out += " )\nlocal verb=$words[2]\nif (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n  _describe verb verbs\n  _files\n  return\nfi\n";
    out += "(( ${+verbs[(r)$verb:*]} )) || verb='" + tool.default_verb + "'\n";
  } else {
    out += "local verb=\n";
  }
  out += "case $verb in\n";
  for (const auto& [verb, registry] : verbs) {
    out += "  '" + verb->name + "') _arguments";
    bool files = false;
    for (const Option& option : registry.options()) {
      if (option.hidden || (option.operand && files)) continue;
      files = files || option.operand;
      out += " \\\n    " + zsh_entry(option);
    }
    out += " ;;\n";
  }
  if (tool.default_verb.empty() && !names.empty()) out += "  *) _arguments '--help[print help]' '--version[print the version]' ;;\n";
  return out + "esac\n";
}

std::string fish(const ToolSpec& tool, const std::vector<DeclaredVerb>& verbs) {
  std::string out = "# fish completion of " + tool.name + "\n";
  const auto names = verb_names(tool);
  for (const VerbSpec& verb : tool.verbs)
    if (!verb.name.empty())
      out += "complete -c " + tool.name + " -n __fish_use_subcommand -a " + verb.name + " -d '" + shell_quoted(verb.summary) + "'\n";
  for (const auto& [verb, registry] : verbs) {
    std::string when;
    if (!verb->name.empty()) {
      when = verb->name == tool.default_verb ? "not __fish_seen_subcommand_from" : "__fish_seen_subcommand_from " + verb->name;
      if (verb->name == tool.default_verb)
        for (const std::string& other : names)
          if (other != verb->name) when += " " + other;
      when = " -n '" + when + "'";
    }
    for (const Option& option : registry.options()) {
      if (option.operand || option.hidden) continue;
      out += "complete -c " + tool.name + when + " -l " + option.name;
      if (option.letter != 0) out += std::string(" -s ") + option.letter;
      if (!option.value_name.empty()) out += " -r";
      if (!option.choices.empty()) out += " -f -a '" + joined(option.choices, " ") + "'";
      out += " -d '" + shell_quoted(option.help) + "'\n";
    }
  }
  return out;
}

std::string option_list(const std::vector<DeclaredVerb>& verbs) {
  std::string out;
  for (const auto& [verb, registry] : verbs)
    for (const std::string& name : long_options(registry)) out += verb->name + " " + name + "\n";
  return out;
}

}  // namespace

std::string generate(const ToolSpec& tool, const std::vector<DeclaredVerb>& verbs, const std::string& form) {
  if (form == "scdoc") return scdoc(tool, verbs);
  if (form == "bash") return bash(tool, verbs);
  if (form == "zsh") return zsh(tool, verbs);
  if (form == "fish") return fish(tool, verbs);
  if (form == "options") return option_list(verbs);
  throw usage_error("--generate: expected scdoc, bash, zsh, fish or options, found '" + form + "'");
}

}  // namespace daybreak::frame
