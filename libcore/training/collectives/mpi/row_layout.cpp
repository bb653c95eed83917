#include "libcore/training/collectives/mpi/row_layout.h"

#include <algorithm>

#include "libcore/base/error.h"

namespace daybreak::training::mpi {

RowLayout::RowLayout(const std::vector<int>& ranks, const std::int64_t* counts, const daybreak_range* parts, std::int64_t slot_bytes)
    : ranks_(ranks), counts_(counts), parts_(parts) {
  const std::int64_t room = slot_bytes / static_cast<std::int64_t>(sizeof(float));
  for (int source = 0; source < static_cast<int>(ranks.size()); ++source)
    for (; before(source, static_cast<int>(ranks.size())) > room; pieces_ *= 2)
      if (pieces_ > 1 << 28) throw Error(ExitStatus::bug, "one value of each row does not fit into a slot");
}

std::int64_t RowLayout::most_of_piece(int owner) const { return (length(part(owner)) + pieces_ - 1) / pieces_; }

daybreak_range RowLayout::piece_of(int owner, int piece) const {
  const auto [first, end] = part(owner);
  const std::int64_t begin = std::min(first + piece * most_of_piece(owner), end);
  return {begin, std::min(begin + most_of_piece(owner), end)};
}

std::int64_t RowLayout::before(int source, int owner) const {
  std::int64_t strides = 0;
  for (int local = 0; local < owner; ++local)
    if (local != source) strides += stride(local);
  return counts_[ranks_[static_cast<std::size_t>(source)]] * strides;
}

std::int64_t RowLayout::place(int source, int owner, std::int64_t row) const { return before(source, owner) + row * stride(owner); }

}  // namespace daybreak::training::mpi
