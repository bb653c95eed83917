#pragma once
// A short form of the conformance suite, for whoever has built a chip: every operation in every usual type.
#include <functional>
#include <string>
#include <vector>

#include "libcore/base/stop.h"
#include "libcore/device/conformance.h"

namespace daybreak::device::conformance {

/// What a device makes of one operation in one type.
struct OperationReport {
  std::string operation;  // "layernorm_forward"
  daybreak_dtype type = DAYBREAK_F32;
  bool offered = true;       // float32 must be; of another type the device may say that it does not support it
  std::size_t cases = 0;
  double error = 0;          // the largest, relative to definition and scale
  std::string problem;       // of the first case outside its budget, or how the call failed; "": all are well
  double seconds = 0;        // of one large call, the shortest of some
  double share = 0;          // of the measured peak of products in this type, or of the speed of a sum; 0: unknown
  bool of_products = false;  // which of the two
};

/// Checks every operation on shapes of one element, of primes and of usual sizes, with values that are not finite where
/// those must stay apart, and times a large call for about time_s, beside the peak of products or the speed of
/// adding two buffers of that size. `reference`: the reference chip. Calls `report` for each
/// operation and type. Throws Interrupted on request.
void run_suite(Device device, Device reference, double time_s, const StopToken& stop,
               const std::function<void(const OperationReport&)>& report);

}  // namespace daybreak::device::conformance
