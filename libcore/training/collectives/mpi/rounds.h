#pragma once
// The ranks of a host take turns: in each round everybody fills a slot of its own, then everybody reads those of the others.
// With two slots each, nobody waits for readers of the round before.
#include <cstddef>
#include <cstdint>

#include "libcore/training/collectives/mpi/host.h"
#include "libcore/training/collectives/mpi/watch.h"

namespace daybreak::training::mpi {

class Rounds {
 public:
  Rounds(const Host& host, Watch& watch) : host_(host), watch_(watch) {}

  /// This rank's slot of the next round, which nobody reads any more.
  std::byte* begin();
  /// Shows it to the others. When this returns, theirs are full.
  void turn();
  const std::byte* slot_of(int local) const { return host_.slot(local, round_); }
  /// This rank needs the slots of the others no more.
  void end();

 private:
  using Count = std::atomic<std::uint64_t> Desk::*;
  void wait_for_all(Count count, std::uint64_t round);
  int first_behind(Count count, std::uint64_t round) const;  // its place on the host, or -1

  const Host& host_;
  Watch& watch_;
  std::uint64_t round_ = 1;  // none has begun: the first is 2, and 0 is over
};

}  // namespace daybreak::training::mpi
