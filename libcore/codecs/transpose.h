#pragma once
// Tables turned: what stood row by row stands column by column. A perfect shuffle turns the digits of an index by one,
// so that a few passes, which are vectors, do it for powers of two.
#include <cstddef>
#include <span>
#include <utility>

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs {

/// Turns `rows` of `columns` elements, both powers of two; returns where they stand then, of `table` and `other`, which
/// both have room for them all.
template <class T>
T* transpose(T* table, T* other, std::size_t rows, std::size_t columns) {
  const std::size_t half = rows * columns / 2;
  for (; columns > 1; columns /= 2) {
    run_vectorized([from = table, to = other, half]() DAYBREAK_LOOP {
      const T* __restrict const pairs = from;
      T* __restrict const first = to;
      for (std::size_t i = 0; i < half; ++i) first[i] = pairs[2 * i], first[half + i] = pairs[2 * i + 1];
    });
    std::swap(table, other);
  }
  return table;
}

}  // namespace daybreak::codecs
