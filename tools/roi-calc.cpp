// roi-calc: is it worth it?
#include "tools/roi-calc/verbs.h"

int main(int argc, char** argv) {
  using namespace daybreak;
  const frame::ToolSpec tool{
      "roi-calc",
      "Is it worth it? The literal return formula, net present values and internal rates of return",
      "roi-calc literal --investment 80 --growth 5",
      "",
      {{"literal", "The return multiple by the literal formula, and what it leaves out",
        "roi-calc literal --investment 80 --growth 5", {}, roi_calc::make_literal},
       {"npv", "The net present value of a series of payments", "roi-calc npv flows.csv --rate 0.08", {}, roi_calc::make_npv},
       {"irr", "Every internal rate of return of a series of payments", "roi-calc irr flows.csv", {}, roi_calc::make_irr},
       {"fit", "The coefficients and the kink of the return formula, from past projects", "roi-calc fit projects.csv", {}, roi_calc::make_fit}}};
  return frame::run_tool(tool, argc, argv);
}
