#pragma once
// One call of Collectives::share(). A part goes to one rank of each other host, which passes it on to its neighbors: between
// hosts nothing travels twice.
#include <cstddef>
#include <vector>

#include "libcore/training/collectives/mpi/host.h"
#include "libcore/training/collectives/mpi/rounds.h"
#include "libcore/training/collectives/mpi/transfers.h"
#include "libcore/training/collectives/mpi/watch.h"
#include "libcore/training/collectives/plugin.h"

namespace daybreak::training::mpi {

class Share {
 public:
  Share(const Host& host, Watch& watch, Rounds& rounds, std::byte* values, const daybreak_range* parts);
  void run();

 private:
  using Ranges = std::vector<daybreak_range>;
  /// The rank of a host that gets a part of a rank of another host.
  int carrier(int rank, int host) const;
  std::byte* at(const daybreak_range& range) const { return values_ + (range.begin - parts_[0].begin); }
  void start_messages();
  /// The ranges of `values` that each neighbor has, ranges[local], become those of all neighbors.
  void spread(const std::vector<Ranges>& ranges);

  const Host& host_;
  Watch& watch_;
  Rounds& rounds_;
  std::byte* values_;
  const daybreak_range* parts_;
  Transfers arriving_, leaving_;
};

}  // namespace daybreak::training::mpi
