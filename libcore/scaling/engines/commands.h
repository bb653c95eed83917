#pragma once
// Decisions in the language of the engines that act on them: lines of shell for people and scripts to run. Nothing is run here.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/io/json.h"

namespace daybreak::scaling {

struct CommandOptions {
  std::string target = "deployment/workers";  // kubectl: what has the scale subresource
  std::optional<std::string> name_space;      // kubectl
  std::string nodes;                          // slurm: the nodes that may be powered up and down, in this order
  std::string command = "scale-to";           // sh: a program or function of the user's
  void declare(OptionSink& sink);
};

/// Turns a decision record into text.
class CommandPrinter {
 public:
  virtual ~CommandPrinter() = default;
  virtual std::string print(const io::Json& decision) const = 0;
};

/// "kubectl", "slurm", "sh" or "prom". Every name that reaches a shell is checked against a closed alphabet: Error (usage).
///
/// kubectl: one `kubectl scale`. slurm: one `scontrol update` for what is started or released; the first nodes of the list
/// are those that are up. sh: `COMMAND DESIRED DELTA REASON`. Where nothing changes these print a comment with the reason.
/// prom: gauges in Prometheus' text format, also where nothing changes.
std::unique_ptr<CommandPrinter> make_command_printer(const std::string& engine, const CommandOptions& options);

}  // namespace daybreak::scaling
