// profile-precision: which numbers can be narrow, and which must stay wide?
#include "tools/profile-precision/verbs.h"

int main(int argc, char** argv) {
  using namespace daybreak;
  frame::SharedOptions profile, report;
  profile.output = false;  // an HDF5 file, which the verb writes itself
  profile.threads = profile.seed = true;
  report.threads = report.seed = true;
  const frame::ToolSpec tool{
      "profile-precision",
      "Which numbers can be FP16, BF16 or FP8, and which must stay FP32?",
      "profile-precision profile model --data text.h5 -o profile.h5",
      "",
      {{"profile", "Measure what rounding each tensor of a model to each format does",
        "profile-precision profile model --data text.h5 -o profile.h5", profile, profile_precision::make_profile},
       {"solve", "Choose a format for each tensor, and write a precision map",
        "profile-precision solve profile.h5 --max-kl 1e-3 -o map.json", {}, profile_precision::make_solve},
       {"verify", "Measure how far the model that a map describes is from the model itself",
        "profile-precision verify model map.json --data held-out.h5", report, profile_precision::make_verify},
       {"inspect", "List the tensors of a profile with their norms, ranges and scores", "profile-precision inspect profile.h5", {},
        profile_precision::make_inspect}}};
  return frame::run_tool(tool, argc, argv);
}
