#pragma once
// What every law of chance can tell.
#include <span>

namespace daybreak::finance {

/// A chance and its complement, both kept: near 1 the chance alone has lost the digits of the complement.
struct Chance {
  double below;  // of at most so much
  double above;  // of more
};

/// A law of chance. Implementations are immutable.
class Law {
 public:
  virtual ~Law() = default;
  /// The least x that is exceeded with the chance p.above; p within (0, 1).
  virtual double quantile(Chance p) const = 0;
  /// The chances of at most x, and of more.
  virtual Chance distribution(double x) const = 0;
  virtual double mean() const = 0;
  virtual bool is_constant() const { return false; }
  /// quantile() of many: p, x: [cases], which may be the same.
  virtual void quantiles(std::span<const double> p, std::span<double> x) const;
  /// quantile() of the chances that a standard normal deviate is at most z: z, x: [cases], which may be the same.
  virtual void from_normal(std::span<const double> z, std::span<double> x) const;
};

}  // namespace daybreak::finance
