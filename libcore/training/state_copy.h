#pragma once
// Room for a copy of a run's state that training does not touch.
#include <cstddef>
#include <cstdint>
#include <span>

#include "libcore/training/trainer.h"

namespace daybreak::training {

/// A state where it lies, for who writes it at once.
struct StateInPlace {
  StateView state;
  const StateView& view() const { return state; }
};

/// Of a state without compensation. Taken once and kept: to be given fresh memory by the system costs ten times as much
/// as to fill it. In large pages where there are some.
class StateCopy {
 public:
  /// Copies for the first time, as always on so many threads. Error (resources) where there is no memory.
  StateCopy(const StateView& state, std::int64_t threads);
  ~StateCopy();
  StateCopy(const StateCopy&) = delete;
  StateCopy& operator=(const StateCopy&) = delete;

  /// Copies a state of the same size.
  void take(const StateView& state);
  const StateView& view() const { return view_; }

 private:
  void copy(std::span<const float> part, float* place) const;

  std::int64_t threads_;
  float* memory_ = nullptr;
  std::size_t bytes_ = 0;
  StateView view_;
};

}  // namespace daybreak::training
