#pragma once
// At which values of an input a model reaches a goal.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/stop.h"
#include "libcore/finance/chance/cases.h"
#include "libcore/finance/model/crossings.h"
#include "libcore/finance/model/model.h"

namespace daybreak::finance {

/// One of a model's outputs at a value, or the probability of a loss ("loss"): that npv is below 0.
struct Goal {
  std::string of = "npv";
  double value = 0;
  bool is_loss() const { return of == "loss"; }
};

/// "npv=0", "irr=0.2", "payback=3", "loss=0.05", "energy=100". Error (usage) for another form, and for a loss outside 0 .. 1.
Goal parse_goal(const std::string& text);

struct BreakEvenRequest {
  std::string input;
  Goal goal;
  std::optional<std::pair<double, double>> range;  // of the input, in its unit
  std::int64_t cases = 1 << 11;                    // for a loss: of each of 16 replicates
  std::uint64_t seed = 0;
};

struct BreakEven {
  std::pair<double, double> range;
  Crossings within;
  std::vector<double> standard_errors;  // of within.all, for a loss: how far replicates differ
  std::vector<Crossing> outside;        // where there is none within: up to 100 ranges farther on each side
  std::vector<std::string> notes;       // what was held fixed or left out
  double now;                           // the input in the model, at its mean
};

/// Where the input is tried where no range is given: from 0 to ten times its value, or beyond its percentiles 0.1 and 99.9 by their
/// distance, without change of sign.
std::pair<double, double> usual_range(const Distribution& distribution);

/// All values of the input in the range at which the goal is reached, the other inputs at their means; for a loss the others are
/// drawn, by the same points for every value of the input, and the goal is that their percentile is zero. A rate of return is
/// a rate at which npv is 0, so that npv at that rate is searched, which has a value also where there are several rates. Error
/// (usage) for unknown names, an irr by the discount rate, on which it does not depend, and a range that is none.
class BreakEvenSearch {
 public:
  BreakEvenSearch(const Model& model, const BreakEvenRequest& request);

  BreakEven run(const StopToken& stop) const;
  /// The goal's value less what is asked for, at many values of the input; NaN where there is none. For a loss: the percentile of npv.
  Curve curve(const StopToken& stop) const;
  /// What the curve is, such as "npv" or "percentile 5 of npv", and its unit.
  std::string curve_name() const;
  std::string curve_unit() const;

 private:
  std::string uncertain_names() const;
  void draw_others();
  void goal_at(std::span<const double> x, std::span<double> y) const;
  double percentile_at(double x, std::size_t replicate) const;
  std::vector<Crossing> search_outside(const Curve& curve, std::pair<double, double> range) const;
  double standard_error(const Crossing& crossing, double span) const;

  Model model_;
  BreakEvenRequest request_;
  std::size_t input_;
  Evaluation evaluation_;
  std::vector<double> row_;                 // the means, and what is held fixed
  double wanted_;                           // of the evaluation
  std::vector<std::vector<double>> drawn_;  // for a loss: [inputs][replicates * cases]
  std::vector<std::string> notes_;
};

}  // namespace daybreak::finance
