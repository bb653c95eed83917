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
       {"sens", "Which inputs of a model matter: tornado, elasticities, Sobol's indices", "roi-calc sens project.json",
        {.csv = true, .threads = true, .seed = true}, roi_calc::make_sens},
       {"mc", "What a model comes to when its inputs are uncertain, with error bars", "roi-calc mc project.json",
        {.csv = true, .threads = true, .seed = true}, roi_calc::make_mc}}};
  return frame::run_tool(tool, argc, argv);
}
