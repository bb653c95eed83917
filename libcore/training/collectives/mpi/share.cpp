#include "libcore/training/collectives/mpi/share.h"

#include <algorithm>

#include "libcore/training/collectives/mpi/ranges.h"
#include "libcore/training/collectives/mpi/wait.h"

namespace daybreak::training::mpi {
namespace {

std::int64_t total_length(const std::vector<daybreak_range>& ranges) {
  std::int64_t sum = 0;
  for (const daybreak_range& range : ranges) sum += length(range);
  return sum;
}

/// Calls use(range, place) for what lies between the bytes `begin` and `end` of ranges that follow each other; place counts
/// from `begin`.
template <typename Use>
void for_each_between(const std::vector<daybreak_range>& ranges, std::int64_t begin, std::int64_t end, const Use& use) {
  std::int64_t before = 0;
  for (const daybreak_range& range : ranges) {
    const std::int64_t from = std::max(begin, before), to = std::min(end, before + length(range));
    if (from < to) use(daybreak_range{range.begin + from - before, range.begin + to - before}, from - begin);
    before += length(range);
  }
}

}  // namespace

Share::Share(const Host& host, Watch& watch, Rounds& rounds, std::byte* values, const daybreak_range* parts)
    : host_(host), watch_(watch), rounds_(rounds), values_(values), parts_(parts) {}

int Share::carrier(int rank, int host) const {
  const std::vector<int>& ranks = watch_.ranks_of(host);
  return ranks[static_cast<std::size_t>(rank) % ranks.size()];
}

void Share::start_messages() {
  const int me = watch_.me(), here = watch_.host_of(me);
  for (int rank = 0; rank < watch_.size(); ++rank)
    if (watch_.host_of(rank) != here && carrier(rank, here) == me)
      arriving_.receive(at(parts_[rank]), length(parts_[rank]), rank);
  for (int host = 0; host < watch_.hosts(); ++host)
    if (host != here) leaving_.send(at(parts_[me]), length(parts_[me]), carrier(me, host));
}

void Share::spread(const std::vector<Ranges>& ranges) {
  std::int64_t most = 0;
  for (const Ranges& of_one : ranges) most = std::max(most, total_length(of_one));
  for (std::int64_t begin = 0; begin < most; begin += host_.slot_bytes()) {
    const std::int64_t end = begin + host_.slot_bytes();
    std::byte* slot = rounds_.begin();
    for_each_between(ranges[static_cast<std::size_t>(host_.me())], begin, end, [&](const daybreak_range& range, std::int64_t place) {
      std::copy_n(at(range), length(range), slot + place);
    });
    rounds_.turn();
    for (int local = 0; local < host_.size(); ++local)
      if (local != host_.me())
        for_each_between(ranges[static_cast<std::size_t>(local)], begin, end, [&](const daybreak_range& range, std::int64_t place) {
          std::copy_n(rounds_.slot_of(local) + place, length(range), at(range));
        });
    rounds_.end();
  }
}

void Share::run() {
  const int here = watch_.host_of(watch_.me());
  std::vector<Ranges> own(static_cast<std::size_t>(host_.size())), carried = own;
  for (int local = 0; local < host_.size(); ++local) {
    const int neighbor = watch_.neighbors()[static_cast<std::size_t>(local)];
    own[static_cast<std::size_t>(local)].push_back(parts_[neighbor]);
    for (int rank = 0; rank < watch_.size(); ++rank)
      if (watch_.host_of(rank) != here && carrier(rank, here) == neighbor)
        carried[static_cast<std::size_t>(local)].push_back(parts_[rank]);
  }
  start_messages();
  if (host_.size() > 1) spread(own);
  wait_for(watch_, arriving_);
  if (host_.size() > 1) spread(carried);
  wait_for(watch_, leaving_);
}

}  // namespace daybreak::training::mpi
