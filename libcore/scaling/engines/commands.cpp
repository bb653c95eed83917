#include "libcore/scaling/engines/commands.h"

#include "libcore/base/error.h"
#include "libcore/scaling/engines/hostlist.h"
#include "libcore/scaling/engines/names.h"
#include "libcore/scaling/engines/textfile.h"

namespace daybreak::scaling {
namespace {

std::string number_of(const io::Json& decision, std::string_view field) {
  return std::to_string(decision.at(field).as_int());
}

/// What a shell skips and a person reads.
std::string comment(const io::Json& decision) {
  return "# " + decision.at("ts").as_string() + " " + number_of(decision, "desired") +
         " nodes: " + decision.at("reason").as_string() + "\n";
}

class Kubectl : public CommandPrinter {
 public:
  explicit Kubectl(const CommandOptions& options) : target_(options.target), name_space_(options.name_space) {
    require_scale_target(target_);
    if (name_space_) require_kubernetes_name(*name_space_, "--namespace");
  }
  std::string print(const io::Json& decision) const override {
    if (decision.at("delta").as_int() == 0) return comment(decision);
    return "kubectl" + (name_space_ ? " --namespace " + *name_space_ : "") + " scale " + target_ +
           " --replicas=" + number_of(decision, "desired") + "\n";
  }

 private:
  std::string target_;
  std::optional<std::string> name_space_;
};

class Slurm : public CommandPrinter {
 public:
  explicit Slurm(const CommandOptions& options) {
    if (options.nodes.empty())
      throw usage_error("--emit slurm needs the nodes that may be powered up and down",
                        "add --slurm-nodes cloud[1-64]");
    try {
      names_ = parse_hostlist(options.nodes, "--slurm-nodes");
    } catch (const Error& failure) {
      throw usage_error("--slurm-nodes: " + failure.message(), failure.hint());
    }
  }
  std::string print(const io::Json& decision) const override {
    const std::int64_t delta = decision.at("delta").as_int(), desired = decision.at("desired").as_int();
    if (delta == 0) return comment(decision);
    const auto most = static_cast<std::int64_t>(names_.size());
    if (std::max(desired, desired - delta) > most)
      throw Error(ExitStatus::negative,
                  std::to_string(std::max(desired, desired - delta)) +
                      " nodes are wanted or up, and --slurm-nodes names " + std::to_string(most),
                  "name more, or set --max-nodes " + std::to_string(most));
    const std::int64_t first = delta > 0 ? desired - delta : desired, count = delta > 0 ? delta : -delta;
    const std::span changed = std::span(names_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    return "scontrol update nodename=" + format_hostlist(changed) + " state=" + (delta > 0 ? "power_up" : "power_down_asap") + "\n";
  }

 private:
  std::vector<std::string> names_;
};

class Shell : public CommandPrinter {
 public:
  explicit Shell(const CommandOptions& options) : command_(options.command) { require_command_name(command_); }
  std::string print(const io::Json& decision) const override {
    if (decision.at("delta").as_int() == 0) return comment(decision);
    return command_ + " " + number_of(decision, "desired") + " " + number_of(decision, "delta") + " " +
           decision.at("reason").as_string() + "\n";
  }

 private:
  std::string command_;
};

class Prometheus : public CommandPrinter {
 public:
  std::string print(const io::Json& decision) const override { return textfile_gauges(decision); }
};

}  // namespace

void CommandOptions::declare(OptionSink& sink) {
  sink.group("Engines");
  sink.text("target", &target, "KIND/NAME", "kubectl: what is scaled, such as deployment/llm or nodepool/gpu");
  sink.text("namespace", &name_space, "NAME", "kubectl: its namespace");
  sink.text("slurm-nodes", &nodes, "LIST", "slurm: the nodes to power up and down, first to last");
  sink.text("command", &command, "NAME", "sh: what to call with the nodes, the change and the reason");
}

std::unique_ptr<CommandPrinter> make_command_printer(const std::string& engine, const CommandOptions& options) {
  if (engine == "kubectl") return std::make_unique<Kubectl>(options);
  if (engine == "slurm") return std::make_unique<Slurm>(options);
  if (engine == "sh") return std::make_unique<Shell>(options);
  if (engine == "prom") return std::make_unique<Prometheus>();
  throw usage_error("--emit: unknown engine '" + engine + "'", "known: kubectl, slurm, sh, prom");
}

}  // namespace daybreak::scaling
