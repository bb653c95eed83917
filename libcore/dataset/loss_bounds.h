#pragma once
// How much the user allows to be lost, of all arrays and of single ones.
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/options.h"

namespace daybreak::dataset {

/// Every bound that is set holds at once. Without any, nothing is lost.
struct LossBounds {
  std::optional<double> integrity;  // of every column, in (0, 1]; see integrity.h
  std::optional<double> nmse;       // of the whole array
  std::optional<double> psnr_db;    // of the whole array
  std::optional<double> max_abs;    // |x - y| <= max_abs
  std::optional<double> max_rel;    // |x - y| <= max_rel |x|; zero stays zero
  std::optional<double> bits;       // the share of the real information that stays; see real_information.h
  std::string measure = "r2";       // what `integrity` is a share of: "r2" the variance, "nmi" the information (quality.h)
  std::string report = "brief";     // "full": directions and neighbors too (quality.h)
  std::vector<std::string> missing;  // values that stand for a missing one, beside those that are recognized (extremes.h)
  std::vector<std::string> arrays;   // "NAME:BOUND=VALUE,...", in place of the bounds above; NAME may be a pattern
  bool by_name = false;              // of(): the array's own name was given, so that even classes may lose

  void declare(OptionSink& sink);
  /// Error (usage) for values that cannot be.
  void check() const;
  bool any() const;
  /// True where --bits holds for any array.
  bool by_bits() const;
  /// All that was asked for, as one line of text.
  std::string text() const;
  std::vector<double> missing_values() const;

  /// The bounds of the array with that name: those given for it; else of the last pattern that fits; else these.
  LossBounds of(const std::string& name) const;
  /// Error (usage) where a name or pattern is none of these.
  void check_names(const std::vector<std::string>& names) const;
};

}  // namespace daybreak::dataset
