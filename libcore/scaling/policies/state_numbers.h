#pragma once
// Numbers of a policy's memory, back from its state.
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "libcore/io/json.h"

namespace daybreak::scaling {

/// Fills `values`, doubles or whole numbers, from an array that has as many.
template <class Values>
void restore_numbers(const io::Json& all, Values& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if constexpr (std::is_same_v<typename Values::value_type, std::int64_t>) values[i] = all.at(i).as_int();
    else values[i] = all.at(i).as_double();
  }
}

}  // namespace daybreak::scaling
