#include "libcore/scaling/engines/textfile.h"

#include "libcore/scaling/traces/time.h"

namespace daybreak::scaling {
namespace {

std::string gauge(const std::string& name, const std::string& help, const std::string& labels, const io::Json& value) {
  const std::string full = "plan_scale_" + name;
  return "# HELP " + full + " " + help + "\n# TYPE " + full + " gauge\n" + full + labels + " " + value.dump() + "\n";
}

}  // namespace

std::string textfile_gauges(const io::Json& decision) {
  const std::string policy = "{policy=\"" + decision.at("policy").as_string() + "\"}";
  return gauge("desired_nodes", "Nodes that there should be.", policy, decision.at("desired")) +
         gauge("current_nodes", "Nodes that serve.", policy, decision.at("current")) +
         gauge("pending_nodes", "Nodes on their way.", policy, decision.at("pending")) +
         gauge("last_decision_timestamp_seconds", "When that was decided.", policy,
               TimeReader("auto").read(decision.at("ts").as_string()).value_or(0));
}

}  // namespace daybreak::scaling
