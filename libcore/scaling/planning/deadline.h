#pragma once
// How many nodes of which kind finish a training by its deadline, when nodes fail.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/base/stop.h"
#include "libcore/io/json.h"

namespace daybreak::scaling {

/// Nodes of one kind of chip.
struct NodeKind {
  std::string name;
  double tokens_per_s = 0, price_per_hour = 0;
  std::int64_t count = 1;  // how many can be had
};

inline constexpr const char* kKindsSchema = "daybreak.kinds/1";

/// Reads {"schema":"daybreak.kinds/1","kinds":[{"name":...,"tokens_per_s":...,"price_per_hour":...,"count":...},...]}. Error
/// (data) with the place for what is missing, unknown, out of range or named twice.
std::vector<NodeKind> read_kinds(const io::Json& document, const std::string& where);

/// A throughput that was measured on so many nodes.
struct Measurement {
  std::int64_t nodes = 1;
  double tokens_per_s = 0;
};

/// The share of throughput kept at each doubling of the nodes: n nodes give n^(1 + log2(share)) times one. Least squares of
/// the logarithms, through the smallest measurement. Error (usage) unless there are two numbers of nodes.
double fit_efficiency(std::span<const Measurement> measured);

/// What failures cost. Times in seconds.
struct Failures {
  std::optional<double> mtbf_s;      // of one node, exponential; nothing: none fails
  double restart_s = 0;              // after each failure, which may strike then too
  double checkpoint_s = 0;           // that training stands still for a checkpoint
  std::optional<double> interval_s;  // of work between checkpoints; nothing: daly_interval_s()
};

/// The interval of work between checkpoints that wastes least, to a high order: with d = checkpoint_s and M the mean time
/// between failures of the whole, sqrt(2 d M) (1 + sqrt(d / 2M) / 3 + d / 18 M) - d where d < 2 M, else M. J. T. Daly, "A higher order
/// estimate of the optimum checkpoint interval for restart dumps", 2006; its first term is J. W. Young's, 1974.
double daly_interval_s(double checkpoint_s, double mtbf_s);

/// A run of `work_s` seconds of undisturbed training on `nodes` nodes.
struct Run {
  double work_s = 0;
  std::int64_t nodes = 1;
};

/// The interval in force: as given, or Daly's; work_s where no node fails.
double interval_s(const Run& run, const Failures& failures);
/// The mean time to the end: each piece of s seconds of work and its checkpoint takes M exp(R/M) (exp((s+d)/M) - 1), exactly, by
/// the lack of memory of exponential failures (Daly 2006, equation 13). The last piece may be shorter.
double expected_time_s(const Run& run, const Failures& failures);
/// Times to the end of `samples` simulated runs, sorted: each failure throws the piece back to its beginning after the
/// restart. The same seed gives the same times. Stops as `stop` says.
std::vector<double> simulated_times_s(const Run& run, const Failures& failures, std::uint64_t seed,
                                      std::int64_t samples, const StopToken& stop);

struct DeadlineRequest {
  double tokens = 0, deadline_s = 0;
  double efficiency = 1;  // kept at each doubling
  double percent = 95;    // of the runs that are to end in time
  std::vector<NodeKind> kinds;
  Failures failures;
  std::uint64_t seed = 0;
  std::int64_t samples = 1000;
};

/// So many nodes of each kind.
struct Mix {
  std::vector<std::int64_t> counts;
  std::int64_t nodes = 0;
  double tokens_per_s = 0, price_per_hour = 0, expected_s = 0;
  double cost() const { return price_per_hour * expected_s / 3600; }  // expected
};

struct DeadlineAnswer {
  std::optional<Mix> best;       // cheapest in expectation of those that end in time
  std::vector<double> times_s;   // of best, or of the earliest where nothing is in time
  Mix earliest;                  // that ends first in expectation
  std::optional<std::int64_t> enough_nodes;  // where nothing is in time: nodes of the fastest kind alone that would do
};

inline constexpr double kMostMixes = 2e6;

/// Tries every mix: its expectation first, then, cheapest first, the percentile by simulation. Error (usage) where there are
/// more than kMostMixes. A mix's throughput is the sum of its nodes' times the efficiency of their number: shares of a batch are
/// cut by speed.
DeadlineAnswer meet_deadline(const DeadlineRequest& request, const StopToken& stop);

}  // namespace daybreak::scaling
