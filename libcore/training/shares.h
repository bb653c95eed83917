#pragma once
// How the ranks of a job, or several devices, divide a step so that it is done soonest.
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/training/division.h"

namespace daybreak::training {

/// What a rank is capable of. It computes n micro-batches in fixed_s + hand_over_s + n * each_s, and in no time where it takes
/// none of them; it updates a share s of the optimizer's state in s * whole_update_s.
struct RankPace {
  double fixed_s = 0;  // by which a step's first micro-batch takes longer than others
  double each_s = 0;   // positive
  double hand_over_s = 0;  // of the gradient, and of the weights that come back: its own work, without waiting
  double whole_update_s = 0;
  /// 0 where its memory does not hold the activations of even one; else there is no reason for a limit: the gradients of
  /// micro-batches are added up in one place, and each one's activations lie where those of the one before lay. (An exact
  /// reduction keeps the sums of whole subtrees of them, at most 2 log2 of the step's micro-batches, whatever the share.)
  std::int64_t most_micro_batches = std::numeric_limits<std::int64_t>::max();
  /// What is free for the optimizer's state beside model and gradients.
  double state_room_bytes = std::numeric_limits<double>::infinity();

  double compute_s(std::int64_t micro_batches) const {
    return micro_batches == 0 ? 0 : fixed_s + hand_over_s + static_cast<double>(micro_batches) * each_s;
  }
};

/// The time of the slowest rank's part of a step: no update begins before all gradients are there, for their norm is that of
/// the whole. So a step takes the slowest computation and then the slowest update, and shares of micro-batches and shares of
/// the state that minimize each of the two minimize their sum.
double slowest_compute_s(std::span<const RankPace> ranks, std::span<const std::int64_t> micro_batches);
double slowest_update_s(std::span<const RankPace> ranks, std::span<const double> state);

/// Integer shares that minimize slowest_compute_s(). Exact, for a rank's time rises with its share: giving each micro-batch
/// to whoever is done first with it is optimal; of equals the first. Errors: Error (resources) where they fit nowhere. cost:
/// micro_batches * log(ranks).
std::vector<std::int64_t> best_shares(std::span<const RankPace> ranks, std::int64_t micro_batches);

/// Shares of the state, of sum 1, that minimize slowest_update_s() with state_bytes in all: every rank is done at the same
/// time but those whose memory is full before. Equal ones where these are slower by less than a measurement's noise (5 %).
/// Errors: Error (resources, with what is missing) where it fits nowhere. cost: ranks * log(ranks).
std::vector<double> best_state_shares(std::span<const RankPace> ranks, double state_bytes);

/// Both of them. Errors: theirs.
Division best_division(std::span<const RankPace> ranks, std::int64_t micro_batches, std::size_t state_bytes);

/// As many for each, the first ranks one more where it does not come out even.
std::vector<std::int64_t> equal_shares(std::int64_t micro_batches, int ranks);

/// What computing a step takes if shares were no whole numbers and no rank had a fixed cost: what no split can beat.
double ideal_compute_s(std::span<const RankPace> ranks, std::int64_t micro_batches);

/// Who takes how many micro-batches, as a user says it.
struct ShareOptions {
  std::string shares = "auto";  // equal, or as many numbers as there are ranks

  void declare(OptionSink& sink);
  bool automatic() const { return shares == "auto"; }
  /// What is known before anything is measured: the shares that are named, or equal ones; the state is divided equally. Errors:
  /// Error (usage) where a list has not one number for each rank, or another sum.
  Division division(std::int64_t micro_batches, int ranks) const;
};

}  // namespace daybreak::training
