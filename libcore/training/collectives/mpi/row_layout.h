#pragma once
// Where the rows of each rank lie in its slot, for the other ranks of its host that own a part: owner after owner, of each
// all rows, each row from a multiple of 16 values on. Where a slot cannot hold them, parts go in several pieces.
#include <cstdint>
#include <vector>

#include "libcore/training/collectives/mpi/ranges.h"
#include "libcore/training/collectives/plugin.h"

namespace daybreak::training::mpi {

class RowLayout {
 public:
  /// ranks: those of the host; counts and parts: of all ranks. Errors: Error (bug) where rows do not fit, however small.
  RowLayout(const std::vector<int>& ranks, const std::int64_t* counts, const daybreak_range* parts, std::int64_t slot_bytes);

  int pieces() const { return pieces_; }
  // Sources and owners are told by their place among the ranks of the host.
  /// Of owner's part, what goes in a piece.
  daybreak_range piece_of(int owner, int piece) const;
  /// In the slot of `source`: the value where row `row` of owner's piece begins.
  std::int64_t place(int source, int owner, std::int64_t row) const;

 private:
  std::int64_t most_of_piece(int owner) const;
  /// Values between the beginnings of two rows.
  std::int64_t stride(int owner) const { return padded(most_of_piece(owner)); }
  const daybreak_range& part(int owner) const { return parts_[ranks_[static_cast<std::size_t>(owner)]]; }
  /// In the slot of `source`, the values of all owners before this one.
  std::int64_t before(int source, int owner) const;

  const std::vector<int>& ranks_;
  const std::int64_t* counts_;
  const daybreak_range* parts_;
  int pieces_ = 1;
};

}  // namespace daybreak::training::mpi
