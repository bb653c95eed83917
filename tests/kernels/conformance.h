#pragma once
// Runs one operation on the reference chip in float64 and on every other chip, instruction set and number of threads that
// is here, and compares all outputs under the budget that each of them names.
#include <functional>
#include <string>

#include "libcore/device/conformance.h"

namespace conformance {

using namespace daybreak::device::conformance;

/// Fails the running test case where any chip's outputs leave their budgets or depend on the number of threads.
void check(const Case& tested);

/// Calls body(name, device) for each chip but the reference, each instruction set and one and three threads.
void for_each_device(const std::function<void(const std::string& name, daybreak::device::Device& device)>& body);

}  // namespace conformance
