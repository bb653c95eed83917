#include "libcore/training/collectives/mpi/exchange.h"

#include <algorithm>

#include "libcore/training/collectives/mpi/ranges.h"
#include "libcore/training/collectives/mpi/wait.h"

namespace daybreak::training::mpi {
namespace {

std::int64_t bytes(std::int64_t values) { return values * static_cast<std::int64_t>(sizeof(float)); }

}  // namespace

Exchange::Exchange(const Host& host, Watch& watch, Rounds& rounds, Scratch& scratch, const float* const* rows,
                   const std::int64_t* counts, const daybreak_range* parts)
    : host_(host), watch_(watch), rounds_(rounds), rows_(rows), counts_(counts), parts_(parts), me_(watch.me()),
      mine_(parts[me_]), layout_(watch.neighbors(), counts, parts, host.slot_bytes()) {
  make_room(scratch);
}

const float*& Exchange::taken(int rank, std::int64_t row) {
  return taken_[first_row_[static_cast<std::size_t>(rank)] + static_cast<std::size_t>(row)];
}

float* Exchange::kept(int rank, std::int64_t row) const { return kept_[static_cast<std::size_t>(rank)] + row * padded(length(mine_)); }

void Exchange::make_room(Scratch& scratch) {
  std::size_t all = 0;
  std::int64_t room = 0;
  std::vector<std::int64_t> begins;  // in scratch; -1: not there
  for (int rank = 0; rank < watch_.size(); ++rank) {
    const bool here = rank != me_ && (is_remote(rank) || layout_.pieces() > 1);
    begins.push_back(here ? room : -1);
    if (here) room += counts_[rank] * padded(length(mine_));
    first_row_.push_back(all);
    all += static_cast<std::size_t>(counts_[rank]);
  }
  float* values = scratch.values(room);
  for (const std::int64_t begin : begins) kept_.push_back(begin < 0 ? nullptr : values + begin);
  taken_.resize(all);
  for (int rank = 0; rank < watch_.size(); ++rank)
    for (std::int64_t row = 0; kept_[static_cast<std::size_t>(rank)] && row < counts_[rank]; ++row) taken(rank, row) = kept(rank, row);
  for (std::int64_t row = 0; row < counts_[me_]; ++row) taken(me_, row) = rows_[row] + (mine_.begin - parts_[0].begin);
}

void Exchange::start_messages() {
  for (int rank = 0; rank < watch_.size(); ++rank) {
    if (!is_remote(rank)) continue;
    for (std::int64_t row = 0; row < counts_[rank]; ++row) arriving_.receive(kept(rank, row), bytes(length(mine_)), rank);
    for (std::int64_t row = 0; row < counts_[me_]; ++row)
      leaving_.send(rows_[row] + (parts_[rank].begin - parts_[0].begin), bytes(length(parts_[rank])), rank);
  }
}

void Exchange::fill_slot(float* slot, int piece) const {
  for (int local = 0; local < host_.size(); ++local) {
    if (local == host_.me()) continue;
    const daybreak_range part = layout_.piece_of(local, piece);
    for (std::int64_t row = 0; row < counts_[me_]; ++row)
      std::copy_n(rows_[row] + (part.begin - parts_[0].begin), length(part), slot + layout_.place(host_.me(), local, row));
  }
}

void Exchange::read_slot(int local, int piece) {
  const auto* slot = reinterpret_cast<const float*>(rounds_.slot_of(local));
  const daybreak_range part = layout_.piece_of(host_.me(), piece);
  const int rank = watch_.neighbors()[static_cast<std::size_t>(local)];
  for (std::int64_t row = 0; row < counts_[rank]; ++row) {
    const float* values = slot + layout_.place(local, host_.me(), row);
    if (layout_.pieces() == 1)
      taken(rank, row) = values;
    else
      std::copy_n(values, length(part), kept(rank, row) + (part.begin - mine_.begin));
  }
}

void Exchange::pass_through_slots() {
  for (int piece = 0; piece < layout_.pieces(); ++piece) {
    fill_slot(reinterpret_cast<float*>(rounds_.begin()), piece);
    rounds_.turn();
    for (int local = 0; local < host_.size(); ++local)
      if (local != host_.me()) read_slot(local, piece);
    if (layout_.pieces() > 1) rounds_.end();
  }
}

bool Exchange::run(daybreak_take take, void* context) {
  start_messages();
  if (host_.size() > 1) pass_through_slots();
  wait_for(watch_, arriving_);
  if (length(mine_) > 0 && take(context, taken_.data(), taken_.size()) != 0) return false;
  if (host_.size() > 1) rounds_.end();  // until here rows may have lain in the slots of others
  wait_for(watch_, leaving_);
  return true;
}

}  // namespace daybreak::training::mpi
