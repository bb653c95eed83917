#include "libcore/scaling/engines/slurm_hook.h"

#include <unordered_map>

#include "libcore/base/error.h"
#include "libcore/scaling/engines/hostlist.h"
#include "libcore/scaling/engines/names.h"

namespace daybreak::scaling {
namespace {

const std::string kFile = "the resume file";

const io::Json& either(const io::Json& record, std::string_view newer, std::string_view older) {
  if (const io::Json* found = record.find(newer)) return *found;
  if (const io::Json* found = record.find(older)) return *found;
  throw data_error(kFile, "expected '" + std::string(newer) + "', or '" + std::string(older) + "' as before Slurm 23.02, found neither");
}

}  // namespace

std::vector<HookNode> hook_nodes(const std::string& hostlist, const std::optional<io::Json>& resume_file) {
  std::vector<HookNode> nodes;
  std::unordered_map<std::string, std::size_t> place;
  for (std::string& name : parse_hostlist(hostlist, "the list of nodes"))
    if (place.emplace(name, nodes.size()).second) nodes.push_back({std::move(name), {}});
  if (!resume_file) return nodes;
  for (const std::string& name : parse_hostlist(either(*resume_file, "all_nodes_resume", "all_nodes").as_string(), kFile))
    if (!place.contains(name)) throw data_error(kFile, "it names node '" + name + "', which is not in the list " + hostlist);
  for (const io::Json& job : resume_file->at("jobs").as_array())
    for (const std::string& name : parse_hostlist(either(job, "nodes_resume", "nodes").as_string(), kFile))
      if (const auto found = place.find(name); found != place.end()) nodes[found->second].jobs.push_back(job.at("job_id").as_int());
  return nodes;
}

std::string hook_commands(const std::string& command, const std::vector<HookNode>& nodes) {
  require_command_name(command);
  std::string text;
  for (const HookNode& node : nodes) {
    text += command + " " + node.name;
    for (const std::int64_t job : node.jobs) text += " " + std::to_string(job);
    text += '\n';
  }
  return text;
}

}  // namespace daybreak::scaling
