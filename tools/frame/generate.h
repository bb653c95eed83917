#pragma once
// Pages and completions made from the registry, so that options are written once.
#include <string>
#include <vector>

#include "tools/frame/registry.h"
#include "tools/frame/tool.h"

namespace daybreak::frame {

/// A verb with the options that it declared.
struct DeclaredVerb {
  const VerbSpec* verb;
  Registry registry;
};

/// form: scdoc (the sections OPTIONS, CONFIG and EXIT STATUS of the man page), bash, zsh, fish or options (one
/// "verb --option" a line, for tests). Error (usage) for another.
std::string generate(const ToolSpec& tool, const std::vector<DeclaredVerb>& verbs, const std::string& form);

}  // namespace daybreak::frame
