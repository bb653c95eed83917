#pragma once
// How much may be lost, and the coarsest rounding that keeps it so.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/dataset/compress.h"
#include "libcore/dataset/integrity.h"
#include "libcore/dataset/rounding.h"

namespace daybreak::dataset {

/// What the user allows; every bound that is set holds at once. Without any, nothing is lost.
struct LossBounds {
  std::optional<double> integrity;  // of every column, in (0, 1]; see integrity.h
  std::optional<double> nmse;       // of the whole array
  std::optional<double> psnr_db;    // of the whole array
  std::optional<double> max_abs;    // |x - y| <= max_abs
  std::optional<double> max_rel;    // |x - y| <= max_rel |x|; zero stays zero
  std::string report = "brief";     // "full": directions and neighbors too (quality.h)
  std::vector<std::string>
      missing;  // values that stand for a missing one, beside those that are recognized (extremes.h)

  void declare(OptionSink& sink);
  /// Error (usage) for values that cannot be.
  void check() const;
  bool any() const;
  std::vector<double> missing_values() const;
};

/// Why an array stays exact whatever is allowed; empty where it may lose: integers, text, and arrays whose name says
/// label, target, y, id, idx, index, offset, mask or length.
std::string reason_to_stay_exact(const io::ArrayInfo& array);

/// Rounds, as they will be read, all arrays of the inputs that may lose, and notes what that costs. An input that
/// changed is no longer proved to give its file's bytes: restoring it gives a file of the rounded values.
/// For readers with our plugin, arrays that are smaller as frames of quantized values get a lossy form instead.
void lose(std::vector<CompressInput>& inputs, const LossBounds& bounds, const CompressOptions& options,
          const Surroundings& around);

/// All bounds hold.
bool keeps(const ArrayIntegrity& measured, const LossBounds& bounds);

/// The coarsest rounding by powers of two that keeps the bounds, or nothing where the array must stay exact (a few
/// distinct values are classes, not measurements). Reads the array two or three times. Errors: those of the source.
std::optional<Rounding> fit_rounding(const io::ArraySource& source, const LossBounds& bounds,
                                     const Surroundings& around);

/// What rounding costs, measured over the whole array. Error (bug) where a bound is not kept.
ArrayIntegrity measure_rounding(const io::ArraySource& source, const Rounding& rounding, const LossBounds& bounds,
                                const Surroundings& around);

}  // namespace daybreak::dataset
