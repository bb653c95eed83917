#pragma once
// What serves jobs in the event model, between two decisions.
#include <cstdint>
#include <functional>
#include <span>

#include "libcore/scaling/simulation/job.h"

namespace daybreak::scaling {

/// What a slot added up to.
struct SlotWork {
  double busy_s = 0;       // time in which the places of nodes that may take jobs were taken
  double waited_s = 0;     // sum of the waits of those that began
  std::int64_t begun = 0;  // jobs that began service
};

/// Nodes, each with one or more places for jobs, before one queue: first come, first served. Time only moves forward.
class Servers {
 public:
  using Waited = std::function<void(double wait_s)>;
  /// A node that was released has finished what it had begun: how long that took, and what it was called on release.
  using Drained = std::function<void(double seconds, std::size_t label)>;

  virtual ~Servers() = default;
  /// Further nodes take jobs from now on; they are the youngest.
  virtual void join(double time_s, std::int64_t nodes) = 0;
  /// The oldest node takes no more jobs, and goes when it has finished those that it has.
  virtual void release_oldest(double time_s, std::size_t label) = 0;
  /// The nodes at these places (0: the oldest) are gone; their jobs wait again, before all others, and start anew.
  virtual void lose(double time_s, std::span<const std::int64_t> places) = 0;
  /// Jobs that arrive before `end_s`, in order; those before are served as far as they begin before `end_s`.
  virtual void serve(std::span<const Job> jobs, double end_s) = 0;
  /// Ends the slot: begins what can begin before `end_s`, and tells what happened since the last slot.
  virtual SlotWork end_slot(double end_s) = 0;

  virtual std::int64_t nodes() const = 0;
  virtual std::int64_t waiting() const = 0;
  /// Places of one node.
  virtual std::int64_t places() const = 0;
};

}  // namespace daybreak::scaling
