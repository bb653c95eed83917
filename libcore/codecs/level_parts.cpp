#include "libcore/codecs/level_parts.h"

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs {
namespace {

/// Rows of even and of odd points.
template <class E>
struct Halves {
  const E *even, *odd;
  std::size_t evens, odds;  // of a row
};

/// Such rows as one, `pitch` elements from one to the next.
template <class E>
void interleave(Halves<E> from, std::size_t rows, E* first, std::size_t pitch) {
  run_vectorized([=]() DAYBREAK_LOOP {
    const E *even = from.even, *odd = from.odd;
    E* to = first;
    const std::size_t evens = from.evens, odds = from.odds;
    for (std::size_t r = 0; r < rows; ++r, even += evens, odd += odds, to += pitch) {
      DAYBREAK_INDEPENDENT
      for (std::size_t i = 0; i < odds; ++i) {
        to[2 * i] = even[i];
        to[2 * i + 1] = odd[i];
      }
      if (evens > odds) to[2 * odds] = even[odds];
    }
  });
}

}  // namespace

template <class T>
Parts<T>::Parts(const Block& block, T first)
    : block_(block),
      level_(static_cast<unsigned>(
          std::bit_width(*std::max_element(block.extent.begin(), block.extent.end()) - 1))) {
  parts_[0].extent = {1, 1, 1};
  parts_[0].values.assign(1, first);
  parts_[0].magnitudes.assign(1, 0);
}

template <class T>
void Parts<T>::enter(unsigned level) {
  if (level == level_) return;
  merge();
  level_ = level;
  for (unsigned odd = 1; odd < parts_.size(); ++odd) {
    const LevelClass one{level, odd};
    Part<T>& part = parts_[odd];
    for (std::size_t d = 0; d < 3; ++d) part.extent[d] = one.points(d, block_.extent[d]);
    part.values.resize(part.count());
    part.magnitudes.resize(part.count());
  }
}

template <class T>
std::array<std::size_t, 3> Parts<T>::extent() const {
  std::array<std::size_t, 3> extent;
  for (std::size_t d = 0; d < 3; ++d) extent[d] = parts_[0].extent[d] + parts_[std::size_t{1} << d].extent[d];
  return extent;
}

template <class T>
template <class E>
void Parts<T>::gather(Scratch<E> Part<T>::*what, std::size_t plane, std::size_t row, std::size_t rows, E* to) const {
  for (const std::size_t first : {row, row + 1}) {
    if (first >= row + rows) continue;
    const std::size_t odd = (plane & 1) | (first & 1) << 1;
    const Part<T>&evens = parts_[odd], &odds = parts_[odd | 4];
    const Halves<E> halves{(evens.*what).data() + evens.row(plane / 2, first / 2),
                           (odds.*what).data() + odds.row(plane / 2, first / 2), evens.extent[2], odds.extent[2]};
    const std::size_t pitch = halves.evens + halves.odds;
    interleave(halves, (row + rows - first + 1) / 2, to + (first - row) * pitch, 2 * pitch);
  }
}

template <class T>
void Parts<T>::merge() {
  const std::array<std::size_t, 3> all = extent();
  const std::size_t plane = all[1] * all[2];
  if (all[0] * plane == parts_[0].count()) return;
  values_.resize(all[0] * plane);
  magnitudes_.resize(all[0] * plane);
  for (std::size_t p = 0; p < all[0]; ++p) {
    gather(&Part<T>::values, p, 0, all[1], values_.data() + p * plane);
    gather(&Part<T>::magnitudes, p, 0, all[1], magnitudes_.data() + p * plane);
  }
  parts_[0].extent = all;
  parts_[0].values.swap(values_);
  parts_[0].magnitudes.swap(magnitudes_);
}

#define DAYBREAK_INSTANTIATE(T)                                                                                     \
  template class Parts<T>;                                                                                          \
  template void Parts<T>::gather(Scratch<T> Part<T>::*, std::size_t, std::size_t, std::size_t, T*) const;
DAYBREAK_INSTANTIATE(float)
DAYBREAK_INSTANTIATE(double)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
