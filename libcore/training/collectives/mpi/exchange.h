#pragma once
// One call of Collectives::exchange(): rows from neighbors are read in their slots, those from other hosts arrive as messages.
#include <vector>

#include "libcore/training/collectives/mpi/host.h"
#include "libcore/training/collectives/mpi/rounds.h"
#include "libcore/training/collectives/mpi/row_layout.h"
#include "libcore/training/collectives/mpi/scratch.h"
#include "libcore/training/collectives/mpi/transfers.h"
#include "libcore/training/collectives/mpi/watch.h"
#include "libcore/training/collectives/plugin.h"

namespace daybreak::training::mpi {

class Exchange {
 public:
  Exchange(const Host& host, Watch& watch, Rounds& rounds, Scratch& scratch, const float* const* rows,
           const std::int64_t* counts, const daybreak_range* parts);

  /// False: take() did not want the rows.
  bool run(daybreak_take take, void* context);

 private:
  bool is_remote(int rank) const { return watch_.host_of(rank) != watch_.host_of(me_); }
  /// The entry of taken_ for a row of a rank.
  const float*& taken(int rank, std::int64_t row);
  /// Memory for the rows of a rank that have to be put together here, and not read where they lie; null: none.
  float* kept(int rank, std::int64_t row) const;
  void make_room(Scratch& scratch);
  void start_messages();
  void pass_through_slots();
  void fill_slot(float* slot, int piece) const;
  void read_slot(int local, int piece);

  const Host& host_;
  Watch& watch_;
  Rounds& rounds_;
  const float* const* rows_;
  const std::int64_t* counts_;
  const daybreak_range* parts_;
  int me_;
  daybreak_range mine_;
  RowLayout layout_;
  std::vector<std::size_t> first_row_;  // of each rank, in taken_
  std::vector<float*> kept_;            // of each rank
  std::vector<const float*> taken_;
  Transfers arriving_, leaving_;
};

}  // namespace daybreak::training::mpi
