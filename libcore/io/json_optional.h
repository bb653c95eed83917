#pragma once
// Numbers that may be unknown, as JSON.
#include <optional>

#include "libcore/io/json.h"

namespace daybreak::io {

/// The number, or null.
inline Json or_null(const std::optional<double>& value) {
  return value ? Json(*value) : Json();
}

}  // namespace daybreak::io
