#include "libcore/finance/chance/cases.h"

#include "libcore/finance/chance/normal_law.h"

namespace daybreak::finance {

std::vector<std::size_t> uncertain_inputs(std::span<const NamedDistribution> inputs) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (!inputs[i].distribution.is_constant()) places.push_back(i);
  return places;
}

std::vector<std::span<const double>> CaseBlock::columns() const {
  std::vector<std::span<const double>> all;
  for (std::size_t i = 0; i < inputs(); ++i) all.push_back(std::span(values_).subspan(i * cases_, cases_));
  return all;
}

CaseSource::CaseSource(std::vector<NamedDistribution> inputs, GaussianCopula copula, Sampler sampler, std::int64_t cases,
                       std::uint64_t seed)
    : inputs_(std::move(inputs)),
      copula_(std::move(copula)),
      points_(sampler, uncertain_inputs(inputs_).size(), cases, seed),
      correlated_(inputs_.size()) {
  std::size_t next = 0;
  for (const NamedDistribution& one : inputs_) dimension_.push_back(one.distribution.is_constant() ? 0 : next++);
  for (const std::size_t member : copula_.members()) correlated_[member] = true;
}

CaseBlock CaseSource::block(const UnitReplicate& replicate, std::size_t number) const {
  CaseBlock block(inputs_.size(), points_.points_of_block(number));
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const std::span<double> column = block.column(i);
    const Distribution& law = inputs_[i].distribution;
    if (!law.is_constant()) replicate.coordinates(dimension_[i], number, column);
    correlated_[i] ? normal_quantiles(column, column) : law.quantiles(column, column);
  }
  std::vector<std::span<double>> deviates;
  for (const std::size_t member : copula_.members()) deviates.push_back(block.column(member));
  copula_.correlate(deviates);
  for (const std::size_t member : copula_.members()) inputs_[member].distribution.from_normal(block.column(member), block.column(member));
  return block;
}

}  // namespace daybreak::finance
