#pragma once
// Cases that a model may meet: its uncertain inputs drawn together.
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "libcore/finance/chance/copula.h"
#include "libcore/finance/chance/evaluation.h"
#include "libcore/finance/chance/unit_points.h"

namespace daybreak::finance {

/// Places of the inputs that are no constants.
std::vector<std::size_t> uncertain_inputs(std::span<const NamedDistribution> inputs);

/// Columns of values for one block of cases.
class CaseBlock {
 public:
  CaseBlock(std::size_t inputs, std::size_t cases) : cases_(cases), values_(inputs * cases) {}

  std::size_t cases() const { return cases_; }
  std::size_t inputs() const { return values_.size() / cases_; }
  std::span<double> column(std::size_t input) { return std::span(values_).subspan(input * cases_, cases_); }
  /// As an Evaluation takes them.
  std::vector<std::span<const double>> columns() const;

 private:
  std::size_t cases_;
  std::vector<double> values_;
};

/// Inputs with their correlations, at points of the unit cube: one dimension for each input that is no constant.
class CaseSource {
 public:
  /// As many inputs as an Evaluation has columns. Errors: UnitPoints', for as many dimensions.
  CaseSource(std::vector<NamedDistribution> inputs, GaussianCopula copula, Sampler sampler, std::int64_t cases, std::uint64_t seed);

  const std::vector<NamedDistribution>& inputs() const { return inputs_; }
  const GaussianCopula& copula() const { return copula_; }
  const UnitPoints& points() const { return points_; }
  /// One block of the cases of a replicate of points().
  CaseBlock block(const UnitReplicate& replicate, std::size_t number) const;

 private:
  std::vector<NamedDistribution> inputs_;
  GaussianCopula copula_;
  std::vector<std::size_t> dimension_;  // [inputs]; of a constant without meaning
  UnitPoints points_;
  std::vector<bool> correlated_;  // [inputs]
};

}  // namespace daybreak::finance
