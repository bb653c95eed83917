#pragma once
// Lazy capacity provisioning for any convex cost: the algorithm without a cluster.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/io/json.h"

namespace daybreak::scaling {

/// Follows the two work functions of Lin, Wierman, Andrew and Thereska (INFOCOM 2011) over integers (Albers and Quedenfeld
/// 2018): C(x) is the least cost so far of plans that end with x nodes, each rise by one paid with `start`, the first from
/// no nodes. The last of an optimal plan lies between the smallest minimizer of C(x) and the largest of C(x) - start * x;
/// the lazy plan, the last one clamped to bounds(), never costs over 3 times the optimum.
class LazyCapacity {
 public:
  explicit LazyCapacity(double start) : start_(start) {}

  /// One more period in which x nodes cost cost[x], not empty, convex in x and not negative; beyond its end each further node costs
  /// `slope` > 0. O(levels), of which no more are kept than matter.
  void add(std::span<const double> cost, double slope);

  struct Bounds {
    std::int64_t lower, upper;
  };
  /// Between which the lazy plan stays.
  Bounds bounds() const;

  io::Json state() const { return io::Json::array(value_); }
  void restore(const io::Json& state);

 private:
  double start_;
  std::vector<double> value_{0.0};  // C(x) less its least value, before the next rises; beyond its end as add() left it
};

}  // namespace daybreak::scaling
