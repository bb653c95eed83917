// plan-scale: how many nodes, hour by hour?
#include "tools/plan-scale/verbs.h"

int main(int argc, char** argv) {
  using namespace daybreak;
  const frame::ToolSpec tool{
      "plan-scale",
      "How many nodes, hour by hour? Replays traffic against scaling rules",
      "plan-scale sim --trace load.csv --nodes-peak 60 --policy literal --policy static",
      "",
      {{"sim", "Replay a trace against one or more policies, beside the cheapest plan possible",
        "plan-scale sim --trace load.csv --nodes-peak 60 --policy literal --policy static", {.seed = true}, plan_scale::make_sim},
       {"plan", "Nodes per region for a load under a band, an objective and a budget",
        "plan-scale plan --regions regions.json --load 500 --band 0.6:0.92", {}, plan_scale::make_plan},
       {"deadline", "How many nodes of which kind finish a training by its deadline, at what cost",
        "plan-scale deadline --metrics run.jsonl --tokens 1e9 --deadline 7d --max-nodes 16 --price 2 --efficiency 0.95", {.seed = true},
        plan_scale::make_deadline},
       {"queue", "How long arrivals wait before so many servers, and how many a target needs",
        "plan-scale queue --arrival-rate 100 --service-time 100ms --target-percentile 95:10ms", {}, plan_scale::make_queue},
       {"run", "Decide, live: a line of metrics in, a decision out",
        "echo '{\"nodes_ready\":8,\"arrivals\":700,\"queue_length\":0}' | plan-scale run --service-rate 1", {.format = false, .depfile = false}, plan_scale::make_run},
       {"emit", "Write configuration for the engines that act: Kubernetes, KEDA, Prometheus, Slurm",
        "plan-scale emit hpa --target deployment/llm --min-nodes 2 --max-nodes 60", {.format = false, .depfile = false}, plan_scale::make_emit}}};
  return frame::run_tool(tool, argc, argv);
}
