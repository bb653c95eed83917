#include "libcore/finance/model/model.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/finance/model/model_inputs.h"
#include "libcore/finance/model/model_parts.h"
#include "libcore/finance/model/program.h"
#include "libcore/finance/model/row_returns.h"

namespace daybreak::finance {
namespace {

constexpr std::size_t kRowsAtOnce = 512;

/// What is made of the payments of a row, which takes more than a few instructions.
double measure_of(const std::string& output, std::span<const double> times, std::span<const double> amounts, double rate) {
  if (output == "irr") return row_rate(times, amounts);
  return row_payback(times, amounts, output == "payback" ? 0 : rate);
}

/// Gathers the payments of each row, some rows at a time.
void measure_rows(const std::string& output, const Program& program, std::span<const double> times,
                  std::span<const std::span<const double>> columns, std::span<double> results) {
  std::vector<std::vector<double>> values(times.size() + 1, std::vector<double>(kRowsAtOnce));
  std::vector<double> amounts(times.size());
  std::vector<std::span<const double>> inputs(columns.size());
  for (std::size_t begin = 0; begin < results.size(); begin += kRowsAtOnce) {
    const std::size_t rows = std::min(kRowsAtOnce, results.size() - begin);
    for (std::size_t i = 0; i < columns.size(); ++i) inputs[i] = columns[i].subspan(begin, rows);
    std::vector<std::span<double>> targets;
    for (auto& one : values) targets.emplace_back(one.data(), rows);
    program.run(inputs, targets);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < times.size(); ++i) amounts[i] = values[i][row];
      results[begin + row] = measure_of(output, times, amounts, values.back()[row]);
    }
  }
}

bool is_measure(std::string_view output) {
  return output == "irr" || output == "payback" || output == "discounted_payback";
}

}  // namespace

const std::string& Model::title() const {
  return parts_->title;
}
const std::string& Model::money_unit() const {
  return parts_->money_unit;
}
double Model::horizon() const {
  return parts_->horizon;
}
const std::vector<ModelInput>& Model::inputs() const {
  return parts_->inputs;
}
const std::vector<RankCorrelation>& Model::correlations() const {
  return parts_->correlations;
}
const std::vector<ModelOutput>& Model::outputs() const {
  return parts_->outputs;
}
const std::vector<ModelFormula>& Model::formulas() const {
  return parts_->formulas;
}
const std::vector<std::string>& Model::warnings() const {
  return parts_->warnings;
}

std::size_t Model::input(std::string_view name) const {
  for (std::size_t i = 0; i < parts_->inputs.size(); ++i)
    if (parts_->inputs[i].name == name) return i;
  throw usage_error("unknown input '" + std::string(name) + "'", "there are " + names_of(parts_->inputs));
}

const ModelOutput& Model::output(std::string_view name) const {
  std::vector<std::string_view> names;
  for (const ModelOutput& output : parts_->outputs) {
    if (output.name == name) return output;
    names.push_back(output.name);
  }
  throw usage_error("unknown output '" + std::string(name) + "'", "there are " + joined(names));
}

Evaluation Model::evaluation(std::string_view name) const {
  const std::string& wanted = output(name).name;
  if (is_measure(wanted)) {
    std::vector<ValueId> values = parts_->totals;
    values.push_back(parts_->rate);
    const auto program = std::make_shared<const Program>(parts_->graph, values);
    return [parts = parts_, program, wanted](std::span<const std::span<const double>> columns, std::span<double> results) {
      measure_rows(wanted, *program, parts->times, columns, results);
    };
  }
  const ValueId value = parts_->named.at(wanted);
  const auto program = std::make_shared<const Program>(parts_->graph, std::span(&value, 1));
  return [program](std::span<const std::span<const double>> columns, std::span<double> results) {
    program->run(columns, std::span(&results, 1));
  };
}

std::vector<ModelPayment> Model::payments(std::span<const double> row) const {
  const std::vector<double> values = parts_->graph.at(row);
  std::vector<ModelPayment> payments;
  for (const ModelParts::Payment& payment : parts_->payments) payments.push_back({payment.name, payment.time, values[payment.amount]});
  return payments;
}

double Model::value(std::string_view output, std::span<const double> row) const {
  std::vector<std::span<const double>> columns;
  for (const double& one : row) columns.emplace_back(&one, 1);
  double result = 0;
  evaluation(output)(columns, std::span(&result, 1));
  return result;
}

std::string Model::why_not(std::string_view name, std::span<const double> row) const {
  const std::string& wanted = output(name).name;
  if (std::isfinite(value(wanted, row))) return {};
  if (!is_measure(wanted)) return parts_->graph.why_not_finite(parts_->named.at(wanted), row);
  std::vector<ValueId> needed = parts_->totals;
  if (wanted == "discounted_payback") needed.push_back(parts_->rate);
  for (const ValueId id : needed)
    if (const std::string why = parts_->graph.why_not_finite(id, row); !why.empty()) return why;
  return wanted == "irr" ? "no rate above -100 % makes the net present value zero" : "the payments never come back";
}

std::vector<double> Model::means() const {
  std::vector<double> row;
  for (const ModelInput& input : parts_->inputs) row.push_back(input.distribution.mean());
  return row;
}

}  // namespace daybreak::finance
