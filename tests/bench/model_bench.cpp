// Model evaluations a second on one core: the child of model_numpy.py, which compares and drives it. bench_model ROWS FILE reads six
// columns of ROWS doubles from FILE, writes the net present values over them to FILE.npv, and then, for each line on stdin, prints
// the seconds of one evaluation.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "libcore/finance/model/model.h"
#include "tests/bench/timing.h"

using namespace daybreak;

namespace {

constexpr const char* kModel = R"({"schema": "daybreak.return-model/1", "currency": "USD", "unit": "million", "discount_rate": 0.08,
  "inputs": {"capex": {"value": 12, "unit": "million USD"}, "revenue": {"value": 6, "unit": "million USD"}, "growth": 0.1,
             "cost_share": {"value": 0.4, "unit": "share"}, "fixed": {"value": 1, "unit": "million USD"}},
  "cashflows": [{"t": 0, "amount": "-capex"},
                {"from": 1, "to": 5, "amount": "revenue * (1 + growth)^(t - 1) * (1 - cost_share) - fixed"}]})";

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  const auto rows = static_cast<std::size_t>(std::atoll(argv[1]));
  const finance::Model model = finance::read_model(io::Json::parse(kModel, "bench"), "bench");
  std::vector<double> values(rows * model.inputs().size()), results(rows);
  std::ifstream(argv[2], std::ios::binary)
      .read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(double)));
  std::vector<std::span<const double>> columns;
  for (std::size_t i = 0; i < model.inputs().size(); ++i) columns.emplace_back(values.data() + i * rows, rows);
  const finance::Evaluation npv = model.evaluation("npv");
  npv(columns, results);
  std::ofstream(std::string(argv[2]) + ".npv", std::ios::binary)
      .write(reinterpret_cast<const char*>(results.data()), static_cast<std::streamsize>(rows * sizeof(double)));
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) std::cout << bench::seconds_of([&] { npv(columns, results); }) << std::endl;
}
