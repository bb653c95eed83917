#pragma once
// How much may be lost, and the coarsest rounding that keeps it so.
#include <optional>
#include <string>
#include <vector>

#include "libcore/dataset/compress.h"
#include "libcore/dataset/integrity.h"
#include "libcore/dataset/loss_bounds.h"
#include "libcore/dataset/rounding.h"

namespace daybreak::dataset {

/// Why an array stays exact unless its own name is given with a bound; empty where it may lose: integers and text, which
/// always do, and arrays whose name says label, target, y, id, idx, index, offset, mask or length.
std::string reason_to_stay_exact(const io::ArrayInfo& array);

/// Rounds, as they will be read, all arrays of the inputs that may lose, and notes what that costs. An input that
/// changed is no longer proved to give its file's bytes: restoring it gives a file of the rounded values.
/// For readers with our plugin, arrays that are smaller as frames of quantized values get a lossy form instead; where
/// these take less than one byte in kVanishes, and nobody asked for the size of chunks, in larger chunks if that helps.
/// Of a part that cut() left the bounds hold for the part, and so for the whole that all parts make: its variance and its
/// peak are no smaller than theirs together.
void lose(std::vector<CompressInput>& inputs, const LossBounds& bounds, const CompressOptions& options,
          const Surroundings& around);

inline constexpr double kVanishes = 50;
inline constexpr std::uint64_t kLargerChunk = std::uint64_t{4} << 20;

/// All bounds hold.
bool keeps(const ArrayIntegrity& measured, const LossBounds& bounds);

/// The coarsest rounding by powers of two that keeps the bounds, or nothing where the array must stay exact (a few
/// distinct values are classes, not measurements, unless the array was named). Reads the array two or three times. Errors: those of the source.
std::optional<Rounding> fit_rounding(const io::ArraySource& source, const LossBounds& bounds,
                                     const Surroundings& around);

/// A value of the array that stands for a missing one (extremes.h), beside the known ones. Reads the array once.
std::optional<double> find_sentinel(const io::ArraySource& source, const std::vector<double>& missing,
                                    const Surroundings& around);

/// For bounds whose `integrity` is a share of information (`measure` "nmi"): the same with a share of the variance under
/// which rounding keeps that. Nothing where there are too few values to tell, or none that may lose.
std::optional<LossBounds> bounds_by_nmi(const io::ArraySource& source, const LossBounds& bounds,
                                        const Surroundings& around);

/// What rounding costs, measured over the whole array. Error (bug) where a bound is not kept.
ArrayIntegrity measure_rounding(const io::ArraySource& source, const Rounding& rounding, const LossBounds& bounds,
                                const Surroundings& around);

}  // namespace daybreak::dataset
