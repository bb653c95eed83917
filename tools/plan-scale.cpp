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
        "plan-scale sim --trace load.csv --nodes-peak 60 --policy literal --policy static", {.seed = true}, plan_scale::make_sim}}};
  return frame::run_tool(tool, argc, argv);
}
