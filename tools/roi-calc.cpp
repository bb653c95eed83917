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
       {"mirr", "The modified internal rate of return: one rate, with a price of money and a rate of reinvestment",
        "roi-calc mirr flows.csv --finance-rate 0.1 --reinvest-rate 0.12", {}, roi_calc::make_mirr},
       {"payback", "When the money is back: once, several times or never",
        "roi-calc payback flows.csv --rate 0.08", {}, roi_calc::make_payback},
       {"tco", "What a GPU cluster costs a year, a delivered GPU-hour and a million tokens, and from which use on it is cheaper than rent",
        "roi-calc tco --gpus 8 --gpu-price 30000 --rate 0.08 --rent-price 2.5", {}, roi_calc::make_tco},
       {"claims", "Are claims about speed and cost consistent, alone and with a measured share of waiting",
        "roi-calc claims --latency-ratio 4 --speedup 2.8", {}, roi_calc::make_claims},
       {"report", "What a model of a project comes to, assumptions first, every number with its source", "roi-calc report project.json",
        {.threads = true, .seed = true}, roi_calc::make_report},
       {"solve", "The values of an input at which a model breaks even, all of them", "roi-calc solve project.json --input growth",
        {.seed = true}, roi_calc::make_solve},
       {"sens", "Which inputs of a model matter: tornado, elasticities, Sobol's indices", "roi-calc sens project.json",
        {.csv = true, .threads = true, .seed = true}, roi_calc::make_sens},
       {"mc", "What a model comes to when its inputs are uncertain, with error bars", "roi-calc mc project.json",
        {.csv = true, .threads = true, .seed = true}, roi_calc::make_mc},
       {"fit", "The coefficients and the kink of the return formula, from past projects", "roi-calc fit projects.csv", {}, roi_calc::make_fit},
       {"import", "Costs of clouds and clusters (FOCUS, OpenCost) as inputs of a model", "roi-calc import bill.csv --cost EffectiveCost", {},
        roi_calc::make_import}}};
  return frame::run_tool(tool, argc, argv);
}
