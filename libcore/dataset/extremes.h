#pragma once
// The outermost values of an array, and whether one of them is no measurement but stands for a missing one.
#include <cstdint>
#include <optional>

namespace daybreak::dataset {

/// The two smallest and two largest different values of what was seen, and how often the outermost came.
class Extremes {
 public:
  void see(double value);
  void add(const Extremes& other);

  /// Of at least one value seen.
  double low() const { return low_.outer; }
  double high() const { return high_.outer; }

  /// An outermost value that repeats and lies further from all others than kFar times what those span: 1e34 among
  /// temperatures. Such a value would make up nearly all of the variance. A mere outlier, which comes once, is none.
  std::optional<double> sentinel() const;
  static constexpr double kFar = 10;

 private:
  /// One side: the outermost value and the next one inwards.
  struct Side {
    double outer = 0, inner = 0;
    std::uint64_t outer_count = 0;  // 0: nothing seen
    bool has_inner = false;
    /// sign: 1 where outwards is down, -1 where it is up.
    void see(double value, std::uint64_t count, double sign);
  };
  Side low_, high_;
};

}  // namespace daybreak::dataset
