#pragma once
// Writes a decision down: a precision map from a profile and a format for every tensor.
#include <string>
#include <vector>

#include "libcore/precision/profile.h"
#include "libcore/records/precision_map.h"

namespace daybreak::precision {

/// formats[t] and reasons[t] of each tensor; measure: whose scores the map's sensitivities and prediction are. Fills all of
/// the map but policy, objective, budget and solver.
records::PrecisionMap build_map(const Profile& profile, Measure measure, const std::vector<NumberFormat>& formats,
                                const std::vector<std::string>& reasons);

/// The bytes of all tensors in these formats.
std::int64_t stored_bytes(const Profile& profile, const std::vector<NumberFormat>& formats);

}  // namespace daybreak::precision
