// Sampling and evaluation on one core: the child of sampling_scipy.py, which compares and drives it. bench_sampling CASES prints the mean
// and the 5 % quantile of the net present value, and then, for each line on stdin, the seconds of one replicate.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <numeric>
#include <string>
#include <vector>

#include "libcore/finance/chance/cases.h"
#include "libcore/finance/model/model.h"
#include "tests/bench/timing.h"

using namespace daybreak;

namespace {

constexpr const char* kModel = R"({"schema": "daybreak.return-model/1", "currency": "USD", "unit": "million",
  "discount_rate": {"dist": {"type": "triangular", "min": 0.02, "mode": 0.08, "max": 0.15}},
  "inputs": {"capex": {"dist": {"type": "lognormal", "mu": 2.5, "sigma": 0.2}, "unit": "million USD"},
             "revenue": {"dist": {"type": "lognormal", "mu": 1.8, "sigma": 0.3}, "unit": "million USD"},
             "growth": {"dist": {"type": "normal", "mean": 0.1, "sd": 0.05}},
             "cost_share": {"dist": {"type": "uniform", "min": 0.2, "max": 0.6}, "unit": "share"},
             "fixed": {"dist": {"type": "lognormal", "mu": 0, "sigma": 0.25}, "unit": "million USD"}},
  "cashflows": [{"t": 0, "amount": "-capex"},
                {"from": 1, "to": 5, "amount": "revenue * (1 + growth)^(t - 1) * (1 - cost_share) - fixed"}]})";

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  const std::int64_t cases = std::atoll(argv[1]);
  const finance::Model model = finance::read_model(io::Json::parse(kModel, "bench"), "bench");
  std::vector<finance::NamedDistribution> inputs;
  for (const finance::ModelInput& input : model.inputs()) inputs.push_back({input.name, input.distribution});
  const finance::CaseSource source(inputs, finance::GaussianCopula(inputs, {}, false), finance::Sampler::sobol, cases, 1);
  const finance::Evaluation npv = model.evaluation("npv");
  std::vector<double> results(static_cast<std::size_t>(cases));
  std::uint64_t number = 0;
  const auto replicate = [&] {
    const finance::UnitReplicate points = source.points().replicate(number++);
    for (std::size_t block = 0; block < source.points().blocks(); ++block) {
      const finance::CaseBlock drawn = source.block(points, block);
      npv(drawn.columns(), std::span(results).subspan(block * finance::kCasesABlock, drawn.cases()));
    }
  };
  replicate();
  const auto low = results.begin() + static_cast<std::ptrdiff_t>(results.size() / 20);
  std::nth_element(results.begin(), low, results.end());
  std::cout << std::accumulate(results.begin(), results.end(), 0.0) / static_cast<double>(cases) << " " << *low << std::endl;
  for (std::string line; std::getline(std::cin, line);) std::cout << bench::seconds_of(replicate) << std::endl;
}
