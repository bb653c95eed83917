#pragma once
// What Monte Carlo, sensitivities and break-even search work on: a function of several inputs, many cases at once.
#include <functional>
#include <span>

namespace daybreak::finance {

/// columns: [inputs][cases], one column an input, all as long as `results`; results: [cases], NaN where a case has no value.
/// Reentrant: called from several threads at once.
using Evaluation = std::function<void(std::span<const std::span<const double>> columns, std::span<double> results)>;

}  // namespace daybreak::finance
