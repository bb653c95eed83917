#pragma once
// Where a line becomes flat: the exact least squares over every possible place of the kink.
#include <functional>
#include <optional>
#include <vector>

#include "libcore/finance/fit/projects.h"

namespace daybreak::finance {

/// The weighted sum of squares that b * growth * (1 + c * min(investment / k, 1)) leaves, with one of k, b and c given and the
/// best of the other two (variable projection: Golub and Pereyra 1973). Between two neighboring investments the rows split into
/// those on the line and those past it, and the best k is where the line of the first meets the level of the others, if that is
/// between the two (Hudson 1966); else it is one of the two. So the least sum is found exactly, not by a search that may miss it.
class KinkProfile {
 public:
  /// At least two different investments. O(rows log rows).
  explicit KinkProfile(const WeightedRows& rows);

  /// The k of the least sum of all; the smallest of several. From first() to last().
  double best() const { return best_; }
  double least() const { return least_; }
  /// The sum of squares of the responses themselves.
  double total() const { return static_cast<double>(total_); }
  /// The second smallest of the different investments and the largest. A kink past the largest leaves what it does there, and so
  /// does any between the smallest two: one group of projects determines no line.
  double first() const { return first_; }
  double last() const { return last_; }

  double at_k(double k) const;  // k > 0; O(log rows)
  double at_b(double b) const;  // O(rows)
  double at_c(double c) const;  // O(rows)

  /// The smallest and the largest value that leaves at most `limit` > least(). An end is absent where there is none: for k the
  /// sum is below the limit down to first() or up to last(), for b and c as far out as 2^60 times `step`.
  struct Interval {
    std::optional<double> low, high;
  };
  Interval interval_of_k(double limit) const;
  Interval interval_of_b(double limit, double b, double step) const;
  Interval interval_of_c(double limit, double c, double step) const;

 private:
  struct Sums {
    long double aa = 0, ab = 0, bb = 0, az = 0, bz = 0;  // a: growth, b: growth * investment, z: response, all weighted
  };
  struct Split {
    Sums line, past;  // the rows below the kink, and the rest
  };
  Split split(std::size_t line_rows) const;
  Split split_at(long double x) const;
  long double least_over_kinks(const std::function<long double(const Split&, long double x)>& sum,
                               const std::function<long double(const Split&)>& meeting_place) const;

  std::vector<double> investment_;  // ascending, in units of the largest, as every x here
  std::vector<Sums> sums_;          // sums_[i]: of the first i rows
  std::vector<double> nodes_;       // ascending k: the investments, and where line and level meet between two of them
  long double total_ = 0;           // of the squared responses
  double unit_ = 1, best_ = 0, least_ = 0, first_ = 0, last_ = 0;
};

}  // namespace daybreak::finance
