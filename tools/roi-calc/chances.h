#pragma once
// What the verbs say of uncertain models.
#include <string>
#include <utility>
#include <vector>

#include "libcore/finance/chance/monte_carlo.h"
#include "tools/roi-calc/model_file.h"

namespace daybreak::roi_calc {

/// The cases that the inputs of a model may take together. Errors name the model's file.
finance::CaseSource cases_of(const finance::Model& model, const std::string& path, const finance::MonteCarloOptions& options,
                             std::uint64_t seed);

/// mean, p5, ... and, where a loss has a meaning, probability_of_loss.
using NamedEstimates = std::vector<std::pair<std::string, finance::Estimate>>;
NamedEstimates named_estimates(const finance::MonteCarloResult& result, bool with_loss = true);

/// value, standard_error, low, high.
io::Json estimate_record(const finance::Estimate& estimate);
/// A table of values with their intervals under a heading.
std::string estimates_text(const std::string& heading, const NamedEstimates& estimates);

/// [input, input, rank correlation] for each, as the model has them, or as they are in force in a copula.
io::Json correlations_record(const finance::Model& model, const finance::GaussianCopula* copula = nullptr);

}  // namespace daybreak::roi_calc
