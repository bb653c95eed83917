#include "libcore/codecs/level_context.h"

#include <bit>

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs {
namespace {

/// Sign, exponent and the highest bits of the fraction.
constexpr unsigned kShortFraction = 7;

template <class T>
void shorten(const T* sizes, T scale, std::size_t count, std::int16_t* to) {
  run_vectorized([=]() DAYBREAK_LOOP {
    DAYBREAK_INDEPENDENT
    for (std::size_t i = 0; i < count; ++i) {
      const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(sizes[i] * scale));
      to[i] = static_cast<std::int16_t>(bits >> 16);
    }
  });
}

/// The exponent of a size with so many bits of the fraction, from 2^lowest up as 1, 2, ...; 0 below.
template <unsigned kClasses, unsigned kBits>
inline std::int16_t size_class(std::int16_t size, int lowest) {
  const auto steps = static_cast<std::int16_t>((size >> (kShortFraction - kBits)) - ((127 + lowest) << kBits) + 1);
  return std::clamp<std::int16_t>(steps, 0, kClasses - 1);
}

/// Adds rows of bytes to those of `to`.
void add_rows(std::size_t rows, std::size_t count, const std::uint8_t* from, std::size_t from_pitch, std::uint8_t* to,
              std::size_t to_pitch) {
  run_vectorized([=]() DAYBREAK_LOOP {
    const std::uint8_t* one = from;
    std::uint8_t* sum = to;
    for (std::size_t r = 0; r < rows; ++r, one += from_pitch, sum += to_pitch) {
      DAYBREAK_INDEPENDENT
      for (std::size_t i = 0; i < count; ++i) sum[i] = static_cast<std::uint8_t>(sum[i] + one[i]);
    }
  });
}

/// The sums of the magnitudes at the near neighbors of a piece's points.
template <class T>
void sum_around(const Parts<T>& parts, const LevelClass& one, const Piece& piece, std::uint8_t* sums) {
  std::fill_n(sums, piece.count(), std::uint8_t{0});
  for (unsigned d = 0; d < 3; ++d) {
    if (!one.is_odd(d)) continue;
    const Part<T>& known = parts[one.odd ^ 1u << d];
    const std::uint8_t* const before = known.magnitudes.data() + known.row(piece.plane, piece.row) + piece.place;
    const std::uint8_t* const after = before + known.apart()[d];
    // The last point along a dimension may lack the neighbor after it.
    if (d == 2) {
      const bool lacks = piece.place + piece.points == known.extent[2];
      add_rows(piece.rows, piece.points, before, known.extent[2], sums, piece.points);
      add_rows(piece.rows, piece.points - lacks, after, known.extent[2], sums, piece.points);
    } else {
      const std::size_t last = d == 0 ? piece.plane + 1 : piece.row + piece.rows;
      const std::size_t lacking = last < known.extent[d] ? 0 : d == 0 ? piece.count() : piece.points;
      add_rows(1, piece.count(), before, 0, sums, 0);
      add_rows(1, piece.count() - lacking, after, 0, sums, 0);
    }
  }
}

}  // namespace

std::size_t first_context(const LevelClass& one) {
  const unsigned group = std::min<unsigned>(one.level, kLevelGroups - 1) * 2 + (std::popcount(one.odd) > 1 ? 1 : 0);
  return group * kClassContexts;
}

template <class T>
void piece_contexts(const Parts<T>& parts, const LevelClass& one, double step, const Piece& piece, const T* bend,
                    const T* slope, std::uint16_t* contexts) {
  const std::size_t count = piece.count();
  const T scale = static_cast<T>(1 / step);
  std::uint8_t sums[kPiece];
  std::int16_t bends[kPiece], slopes[kPiece];
  sum_around(parts, one, piece, sums);
  shorten(bend, scale, count, bends);
  shorten(slope, scale, count, slopes);
  run_vectorized([=, sum = sums, b = bends, s = slopes, to = contexts]() DAYBREAK_LOOP {
    DAYBREAK_INDEPENDENT
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t off = sum[i];
      sum[i] = static_cast<std::uint8_t>((off > 0) + (off > 1) + (off > 2) + (off > 4) + (off > 8));
    }
    DAYBREAK_INDEPENDENT
    for (std::size_t i = 0; i < count; ++i) {
      const auto first = static_cast<std::int16_t>(size_class<kBendClasses, 1>(b[i], -4) * kSlopeClasses +
                                                   size_class<kSlopeClasses, 0>(s[i], -2));
      to[i] = static_cast<std::uint16_t>(first * kMagnitudeClasses + sum[i]);
    }
  });
}

template void piece_contexts(const Parts<float>&, const LevelClass&, double, const Piece&, const float*, const float*,
                             std::uint16_t*);
template void piece_contexts(const Parts<double>&, const LevelClass&, double, const Piece&, const double*,
                             const double*, std::uint16_t*);

}  // namespace daybreak::codecs
