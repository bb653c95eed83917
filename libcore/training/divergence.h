#pragma once
// What is said of a run that went wrong.
#include <cstdint>
#include <optional>
#include <string>

#include "libcore/base/error.h"

namespace daybreak::training {

/// What ends a run: exit 1. first_bad: as model::Inspection::found() says it of the step computed once more.
Error diverged(std::int64_t step, const std::optional<std::string>& first_bad);

}  // namespace daybreak::training
