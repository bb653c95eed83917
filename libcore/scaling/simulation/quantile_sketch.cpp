#include "libcore/scaling/simulation/quantile_sketch.h"

namespace daybreak::scaling {

double QuantileSketch::at(double share) const {
  double seen = zeros_, value = 0;
  if (seen >= share * total_) return 0;
  for (const Bin& bin : bins_) {
    if (bin.weight <= 0) continue;
    seen += bin.weight;
    value = bin.sum / bin.weight;
    if (seen >= share * total_) break;
  }
  return value;
}

}  // namespace daybreak::scaling
