#pragma once
// A project as a file: inputs with units and chances, cash flows as expressions of them, and what they come to.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/finance/chance/distribution.h"
#include "libcore/finance/chance/evaluation.h"
#include "libcore/finance/chance/rank_correlation.h"
#include "libcore/finance/flows/cash_flows.h"
#include "libcore/io/json.h"

namespace daybreak::finance {

inline constexpr const char* kModelSchema = "daybreak.return-model/1";

/// A number that the project depends on. The discount rate is one too, the last, by the name "discount_rate".
struct ModelInput {
  std::string name;
  std::string unit;           // as the file spells it, "" where it has none; a column of an Evaluation is in this unit
  Distribution distribution;  // in that unit; a constant for a plain value
  std::string source;         // who says so: the file's own words, the scenario, or what --set named
  double scale = 1;           // times it is the input in `base_unit`
  std::string base_unit;      // the unit that expressions are computed in; "" for a plain number
};

/// What a model's value is called, and in which unit it comes.
struct ModelOutput {
  std::string name;
  std::string unit;
};

/// How a named value or a payment is computed, in the file's own words.
struct ModelFormula {
  std::string name, expression;
};

/// What one run changes in the model of a file.
struct ModelChanges {
  std::optional<std::string> scenario;  // the name of one of the file's scenarios
  std::vector<std::string> settings;    // NAME=NUMBER or NAME=@FILE:/json/pointer; these win over the scenario
};

/// One payment of the project at given inputs.
struct ModelPayment {
  std::string name;  // of its entry of "cashflows"
  double time;       // years from the base date
  double amount;     // in money_unit()
};

struct ModelParts;

/// Immutable, and cheap to copy.
class Model {
 public:
  const std::string& title() const;       // "" where the file has none
  const std::string& money_unit() const;  // "million USD"
  double horizon() const;                 // years
  const std::vector<ModelInput>& inputs() const;
  /// Place of an input; Error (usage) that lists the names for another one.
  std::size_t input(std::string_view name) const;
  /// Of inputs that are no constants.
  const std::vector<RankCorrelation>& correlations() const;
  /// npv, irr, payback, discounted_payback, then the named expressions that do not depend on t.
  const std::vector<ModelOutput>& outputs() const;
  /// One of them by name; Error (usage) that lists them for another one.
  const ModelOutput& output(std::string_view name) const;
  /// The expressions, then the amounts of the cash flows.
  const std::vector<ModelFormula>& formulas() const;
  /// What was converted, dropped or left open, a sentence each.
  const std::vector<std::string>& warnings() const;

  /// One output as a function of blocks of rows, a column for each of inputs() in its order. A row without a value is NaN:
  /// division by zero, a logarithm of nothing positive, an overflow, no rate of return or several changes of sign without one, a
  /// payback that never comes. Reentrant. Error (usage) for an unknown name.
  Evaluation evaluation(std::string_view output) const;
  /// One output at one row of inputs.
  double value(std::string_view output, std::span<const double> row) const;
  /// The row of inputs in which each is at its mean.
  std::vector<double> means() const;
  /// The payments at one row of inputs, by time.
  std::vector<ModelPayment> payments(std::span<const double> row) const;
  /// Why `output` has no value at a row: the place in the file and the operation; "" where it has one.
  std::string why_not(std::string_view output, std::span<const double> row) const;

 private:
  friend Model read_model(const io::Json&, const std::string&, const ModelChanges&, const ReadTable&);
  explicit Model(std::shared_ptr<const ModelParts> parts) : parts_(std::move(parts)) {}
  std::shared_ptr<const ModelParts> parts_;
};

/// Reads {"schema":"daybreak.return-model/1","currency":...,"discount_rate":...,"inputs":{...},"cashflows":[...],...} as
/// daybreak-formats(5) describes it. Error (data) with the place, in expressions with the column too, for unknown members and
/// names, units that do not agree, circular expressions, correlations that cannot be. Error (usage) for an unknown scenario or
/// setting. `where` names the file.
/// `table` gives the tables that distributions name.
Model read_model(const io::Json& document, const std::string& where, const ModelChanges& changes = {}, const ReadTable& table = {});

}  // namespace daybreak::finance
