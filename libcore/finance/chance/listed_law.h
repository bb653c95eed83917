#pragma once
// The law of a list of values with their chances.
#include <memory>
#include <vector>

#include "libcore/finance/chance/law.h"

namespace daybreak::finance {

/// values[i] with a chance in proportion to shares[i]. Values ascend; counts as shares keep their sums exact.
class ListedLaw : public Law {
 public:
  ListedLaw(std::vector<double> values, std::vector<double> shares);
  double quantile(Chance p) const override;
  Chance distribution(double x) const override;
  double mean() const override { return mean_; }
  bool is_constant() const override { return values_.size() == 1; }
  /// The law of those in low..high, or null where there are none.
  std::shared_ptr<const Law> within(double low, double high) const;

 private:
  std::vector<double> values_, shares_, below_;
  double mean_ = 0;
};

}  // namespace daybreak::finance
