#include "libcore/codecs/level_parts.h"

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs {
namespace {

/// Even and odd points of a row as one.
template <class E>
void interleave(const E* even, std::size_t evens, const E* odd, std::size_t odds, E* to) {
  run_vectorized([=]() DAYBREAK_LOOP {
#pragma GCC ivdep
    for (std::size_t i = 0; i < odds; ++i) {
      to[2 * i] = even[i];
      to[2 * i + 1] = odd[i];
    }
  });
  if (evens > odds) to[2 * odds] = even[odds];
}

/// Calls visit(the part with the row's even points, that with its odd ones, where the row begins in both) for every row
/// of the points of all parts.
template <class T, class Visit>
void for_each_pair(const std::array<Part<T>, 8>& parts, std::size_t planes, std::size_t rows, Visit visit) {
  for (std::size_t p = 0; p < planes; ++p)
    for (std::size_t r = 0; r < rows; ++r) {
      const std::size_t odd = (p & 1) | (r & 1) << 1;
      const Part<T>&even = parts[odd], &other = parts[odd | 4];
      visit(even, other, even.row(p / 2, r / 2), other.row(p / 2, r / 2));
    }
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
  merge(true);
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
const Scratch<T>& Parts<T>::all() {
  merge(false);
  return parts_[0].values;
}

template <class T>
void Parts<T>::merge(bool with_magnitudes) {
  std::array<std::size_t, 3> extent;
  for (std::size_t d = 0; d < 3; ++d) extent[d] = parts_[0].extent[d] + parts_[std::size_t{1} << d].extent[d];
  const std::size_t count = extent[0] * extent[1] * extent[2];
  if (count == parts_[0].count()) return;
  values_.resize(count);
  if (with_magnitudes) magnitudes_.resize(count);
  std::size_t done = 0;
  for_each_pair(parts_, extent[0], extent[1],
                [&](const Part<T>& even, const Part<T>& odd, std::size_t from, std::size_t odd_from) {
                  const std::size_t evens = even.extent[2], odds = odd.extent[2];
                  interleave(even.values.data() + from, evens, odd.values.data() + odd_from, odds, values_.data() + done);
                  if (with_magnitudes)
                    interleave(even.magnitudes.data() + from, evens, odd.magnitudes.data() + odd_from, odds,
                               magnitudes_.data() + done);
                  done += extent[2];
                });
  parts_[0].extent = extent;
  parts_[0].values.swap(values_);
  parts_[0].magnitudes.swap(magnitudes_);
}

template class Parts<float>;
template class Parts<double>;

}  // namespace daybreak::codecs
