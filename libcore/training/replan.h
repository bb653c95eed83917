#pragma once
// When a rank has become slower or faster than it was, and the shares of a step have to follow.
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "libcore/training/shares.h"

namespace daybreak::training {

struct ReplanOptions {
  double gain = 0.10;          // of a step's computation that other shares must promise; and three times the noise
  double sample_s = 0.5;       // of the slowest rank's computation: a step, or as many as take so long, are a sample
  std::size_t window = 15;     // samples whose median is a rank's pace: fewer than half of them may be anything
  std::int64_t sustained = 8;  // samples in a row that promise it
};

/// Looks on while a run trains. A pure function of what it is told: all ranks, told the same, decide the same.
class Replanner {
 public:
  /// ranks: as calibrated; shares: with which the run begins.
  Replanner(std::vector<RankPace> ranks, std::vector<std::int64_t> shares, const ReplanOptions& options = {});

  /// computed_s: what each rank took to compute its micro-batches of the last step, waiting for others not included. Gives
  /// other shares where they are to change before the next step: about `window` samples after a rank has changed its pace.
  /// After a change nothing changes until the window is full again; where changes follow each other within 8 windows, for
  /// twice as long each time, up to 8 windows, so that a rank that keeps changing its pace does not keep changing the shares.
  /// A rank whose share is 0 is not measured and keeps its last pace: it takes part again when others become that slow, or
  /// the run is resumed.
  std::optional<std::vector<std::int64_t>> after_step(std::span<const double> computed_s);

  const std::vector<RankPace>& ranks() const { return ranks_; }
  const std::vector<std::int64_t>& shares() const { return shares_; }
  /// The part of a step's computation that the last change was to save.
  double promised_gain() const { return promised_gain_; }

 private:
  bool sampled(std::span<const double> computed_s);
  bool measure();
  double noise() const;
  void change_to(std::vector<std::int64_t> shares);

  ReplanOptions options_;
  std::vector<RankPace> ranks_;
  std::vector<std::int64_t> shares_;
  std::int64_t micro_batches_;
  std::vector<double> sums_;  // of each rank's computation, since the last sample
  double steps_ = 0;          // that these are of
  std::vector<std::deque<double>> paces_;  // of each rank, in the last samples
  std::int64_t promising_ = 0, since_change_ = 0, rest_ = 0;  // samples
  bool changed_before_ = false;
  double promised_gain_ = 0;
};

}  // namespace daybreak::training
