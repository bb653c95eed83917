#pragma once
// roi-calc fit --formula: any formula instead of the return formula's forms.
#include <optional>
#include <string>
#include <vector>

#include "libcore/finance/fit/formula_fit.h"
#include "tools/frame/tool.h"

namespace daybreak::roi_calc {

class FormulaMode {
 public:
  void declare(OptionSink& sink);
  /// True where a formula was given.
  bool asked() const { return request_.has_value(); }
  void check(double confidence);
  frame::Outcome run(frame::Session& session, const io::CsvTable& table) const;

 private:
  std::optional<std::string> formula_, response_;
  std::vector<std::string> start_;
  std::optional<finance::FormulaRequest> request_;
};

/// A fitted coefficient by its name: value, standard_error, low, high.
io::Json coefficients_record(const std::vector<finance::FittedCoefficient>& coefficients);
/// The same as a table.
std::string coefficients_text(const std::vector<finance::FittedCoefficient>& coefficients, double confidence);

}  // namespace daybreak::roi_calc
