#pragma once
// What each input does to a result on its own, the others at their means.
#include <span>
#include <string>
#include <vector>

#include "libcore/finance/chance/copula.h"
#include "libcore/finance/chance/evaluation.h"

namespace daybreak::finance {

/// How far an input is moved.
struct InputRange {
  bool quantiles = true;  // from one quantile of its law to another, or by a share of its mean to both sides
  double low = 0.1, high = 0.9, share = 0;

  /// "p10:p90", or "10%". Error (usage) for another text.
  static InputRange parse(const std::string& text);
};

/// What one input does.
struct Influence {
  std::size_t input;
  double low_input, high_input;
  double low_result, high_result;  // at these
  double least, most;              // of the results there and at even steps between
  bool monotone;                   // the results between only rise, or only fall
  std::size_t undefined;           // steps without a result; then there is no swing

  double swing() const { return most - least; }
};

/// What a small relative change of one input does, at the means.
struct Elasticity {
  std::size_t input;
  double slope;  // change of the result for a change of the input by 1
  double value;  // relative change of the result for that of the input; NaN where either is 0
  bool kink;     // the slopes to both sides differ
};

/// The row in which every input is at its mean.
std::vector<double> means_of(std::span<const NamedDistribution> inputs);
/// The result at one row. NaN where it has none.
double value_at(const Evaluation& evaluation, std::span<const double> row);

/// One bar for each input that moves, those of the widest swing first, those without one last. 32 steps each.
std::vector<Influence> tornado(std::span<const NamedDistribution> inputs, const Evaluation& evaluation, const InputRange& range);

/// For every input, in their order: central differences of a relative step of 2^-17, of the mean or, where this is 0, of the width from
/// p10 to p90. Relative error some 1e-10 for smooth results.
std::vector<Elasticity> elasticities(std::span<const NamedDistribution> inputs, const Evaluation& evaluation);

}  // namespace daybreak::finance
