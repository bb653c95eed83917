#pragma once
// What a model consists of once it has been read.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "libcore/finance/model/model.h"
#include "libcore/finance/model/value_graph.h"

namespace daybreak::finance {

struct ModelParts {
  struct Payment {
    std::string name;
    double time;
    ValueId amount;
  };

  std::string title, money_unit;
  double horizon = 0;
  std::vector<ModelInput> inputs;
  std::vector<RankCorrelation> correlations;
  std::vector<ModelOutput> outputs;
  std::vector<ModelFormula> formulas;
  std::vector<std::string> warnings;
  ValueGraph graph;
  std::vector<Payment> payments;         // by time
  std::vector<double> times;             // those of payments, each once, ascending
  std::vector<ValueId> totals;           // of the payments at each of times
  ValueId rate = 0;                      // discount rate, a share
  std::map<std::string, ValueId> named;  // npv and the expressions, in the units of outputs
};

}  // namespace daybreak::finance
