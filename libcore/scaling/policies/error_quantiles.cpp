#include "libcore/scaling/policies/error_quantiles.h"

#include <algorithm>
#include <cmath>

#include "libcore/scaling/policies/state_numbers.h"

namespace daybreak::scaling {
namespace {

constexpr double kErrorStep = 0.02, kErrorMemory = 43200;
constexpr int kErrorNone = 60;  // the bin that ends at a ratio of 1

}  // namespace

void ErrorQuantiles::add(double period_s, double ratio) {
  constexpr double kLargest = 1e100;
  unit_ *= std::exp2(period_s / kErrorMemory);
  const double steps = std::ceil(std::log(std::max(ratio, 1e-9)) / kErrorStep);
  const auto bin = static_cast<int>(std::clamp(steps + kErrorNone, 0.0, kBins - 1.0));
  weights_[static_cast<std::size_t>(bin)] += unit_;
  highest_ = std::max(highest_, bin);
  total_ += unit_;
  if (unit_ < kLargest) return;
  for (double& weight : weights_) weight /= unit_;
  total_ /= unit_;
  unit_ = 1;
}

double ErrorQuantiles::at(double level) const {
  if (total_ <= 0) return 1;
  double above = 0;  // from the top: the levels that are asked for are high, and most bins above them are empty
  int bin = highest_;
  while (bin > 0 && (above += weights_[static_cast<std::size_t>(bin)]) <= (1 - level) * total_) --bin;
  return std::exp(kErrorStep * (bin - kErrorNone));
}

io::Json ErrorQuantiles::state() const {
  return io::Json::array(std::initializer_list<io::Json>{total_, unit_, highest_, io::Json::array(weights_)});
}

void ErrorQuantiles::restore(const io::Json& state) {
  total_ = state.at(std::size_t{0}).as_double();
  unit_ = state.at(1).as_double();
  highest_ = static_cast<int>(state.at(2).as_int());
  restore_numbers(state.at(3), weights_);
}

}  // namespace daybreak::scaling
