#pragma once
// What Slurm hands to its ResumeProgram and SuspendProgram.
#include <optional>
#include <string>
#include <vector>

#include "libcore/io/json.h"

namespace daybreak::scaling {

/// A node to start or stop, and the jobs that wait for it.
struct HookNode {
  std::string name;
  std::vector<std::int64_t> jobs;
};

/// The nodes of a hostlist, with the jobs that `resume_file` (what SLURM_RESUME_FILE names) has for them. Its keys are
/// all_nodes_resume and nodes_resume since Slurm 23.02, all_nodes and nodes before. Error (data) where it is another document
/// or names other nodes than the list.
std::vector<HookNode> hook_nodes(const std::string& hostlist, const std::optional<io::Json>& resume_file);

/// One line a node: `COMMAND NODE [JOB...]`. Error (usage) for a command outside its alphabet.
std::string hook_commands(const std::string& command, const std::vector<HookNode>& nodes);

}  // namespace daybreak::scaling
