#pragma once
// Single requests as the event model serves them, and where they come from.
#include <span>

namespace daybreak::scaling {

struct Job {
  double arrival_s = 0;  // since the beginning of the trace
  double service_s = 0;  // on a node of its own
  double input_tokens = 0, output_tokens = 0;  // for nodes that serve batches
};

/// Jobs in the order of arrival.
class JobSource {
 public:
  virtual ~JobSource() = default;
  /// Some of the next jobs that arrive before `end_s`, good until the next call; none: there are no more before it.
  virtual std::span<const Job> next(double end_s) = 0;
};

}  // namespace daybreak::scaling
