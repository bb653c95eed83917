#pragma once
// Costs out of an answer of OpenCost's allocation API.
#include <string>

#include "libcore/finance/imports/imported_costs.h"

namespace daybreak::finance {

struct OpenCostOptions {
  std::string column = "totalCost";  // or another cost of an allocation, such as gpuCost
  std::string currency;              // the answer does not say it
  bool idle = true;                  // whether what nobody asked for belongs to the cost
};

/// Reads {"code":200,"data":[{name: allocation, ...}, ...]}, a set a window. Parts are what was allocated, idle (__idle__, also
/// of a cluster), unmounted and unallocated. Where GPUs were allocated, "gpu_hours" and "cost_per_gpu_hour" (gpuCost over
/// gpuHours) are inputs too. Error (data) for another document or code, windows that overlap (what lies in both would be
/// counted twice), and an allocation without the cost.
ImportedCosts read_open_cost(const io::Json& answer, const OpenCostOptions& options, const std::string& where);

}  // namespace daybreak::finance
