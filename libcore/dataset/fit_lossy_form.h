#pragma once
// Which lossy form for an array, and how wide its steps may be.
#include <optional>

#include "libcore/dataset/chunk_encoder.h"
#include "libcore/dataset/loss.h"
#include "libcore/dataset/lossy_form.h"

namespace daybreak::dataset {

struct FittedForm {
  std::optional<LossyForm> form;  // none: no form is smaller than the array as it is
  ArrayIntegrity loss = {};       // measured over the whole array
  double ratio = 1;               // of a few chunks to their frames
};

/// The form that keeps the bounds with the fewest bytes, judged on a few chunks; nothing where rounding is as small, or
/// where a bound is relative. `rounding` is what fit_rounding() found. Reads the array a few times.
std::optional<FittedForm> fit_lossy_form(const io::ArraySource& source, std::uint64_t chunk_target,
                                         const LossBounds& bounds, const Rounding& rounding, Effort effort,
                                         const Surroundings& around);

}  // namespace daybreak::dataset
