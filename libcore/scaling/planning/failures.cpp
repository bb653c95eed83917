// Young's and Daly's interval, and what failures make of a run.
#include <algorithm>
#include <cmath>
#include <random>

#include "libcore/scaling/planning/deadline.h"

namespace daybreak::scaling {
namespace {

/// Calls `visit(seconds of the piece with its checkpoint, how many such)` for the whole pieces and for the rest.
template <class Visit>
void for_each_piece(const Run& run, const Failures& failures, const Visit& visit) {
  const double interval = interval_s(run, failures);
  const double whole = std::floor(run.work_s / interval * (1 + 1e-12));
  visit(interval + failures.checkpoint_s, static_cast<std::int64_t>(whole));
  if (const double rest = run.work_s - whole * interval; rest > 1e-9 * interval) visit(rest + failures.checkpoint_s, 1);
}

/// Exponential with mean 1. The standard's own distribution may differ between libraries.
double exponential(std::mt19937_64& random) {
  return -std::log1p(-static_cast<double>(random() >> 11) * 0x1p-53);
}

/// Seconds until `needed` seconds have passed without a failure, each failure followed by a restart that must itself survive.
double survive(double needed, double mtbf, double restart, std::mt19937_64& random) {
  double spent = 0;
  for (bool working = true;;) {
    const double wanted = working ? needed : restart, next = mtbf * exponential(random);
    spent += std::min(next, wanted);
    if (next >= wanted && working) return spent;
    working = next >= wanted;
  }
}

}  // namespace

double daly_interval_s(double checkpoint_s, double mtbf_s) {
  if (checkpoint_s >= 2 * mtbf_s) return mtbf_s;
  const double ratio = checkpoint_s / (2 * mtbf_s);
  return std::sqrt(2 * checkpoint_s * mtbf_s) * (1 + std::sqrt(ratio) / 3 + ratio / 9) - checkpoint_s;
}

double interval_s(const Run& run, const Failures& failures) {
  if (failures.interval_s) return *failures.interval_s;
  if (!failures.mtbf_s) return run.work_s;
  return std::min(daly_interval_s(failures.checkpoint_s, *failures.mtbf_s / static_cast<double>(run.nodes)), run.work_s);
}

double expected_time_s(const Run& run, const Failures& failures) {
  double total = 0;
  for_each_piece(run, failures, [&](double piece, std::int64_t count) {
    if (!failures.mtbf_s) {
      total += piece * static_cast<double>(count);
      return;
    }
    const double mtbf = *failures.mtbf_s / static_cast<double>(run.nodes);
    total += mtbf * std::exp(failures.restart_s / mtbf) * std::expm1(piece / mtbf) * static_cast<double>(count);
  });
  return total;
}

std::vector<double> simulated_times_s(const Run& run, const Failures& failures, std::uint64_t seed,
                                      std::int64_t samples, const StopToken& stop) {
  if (!failures.mtbf_s) return std::vector<double>(static_cast<std::size_t>(samples), expected_time_s(run, failures));
  const double mtbf = *failures.mtbf_s / static_cast<double>(run.nodes);
  std::mt19937_64 random(seed);
  std::vector<double> times(static_cast<std::size_t>(samples));
  for (double& time : times) {
    stop.check();
    for_each_piece(run, failures, [&](double piece, std::int64_t count) {
      for (std::int64_t i = 0; i < count; ++i) time += survive(piece, mtbf, failures.restart_s, random);
    });
  }
  std::sort(times.begin(), times.end());
  return times;
}

}  // namespace daybreak::scaling
