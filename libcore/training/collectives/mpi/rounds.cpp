#include "libcore/training/collectives/mpi/rounds.h"

#include "libcore/training/collectives/mpi/wait.h"

namespace daybreak::training::mpi {

int Rounds::first_behind(Count count, std::uint64_t round) const {
  for (int local = 0; local < host_.size(); ++local)
    if ((host_.desk(local).*count).load(std::memory_order_acquire) < round) return local;
  return -1;
}

void Rounds::wait_for_all(Count count, std::uint64_t round) {
  wait_until(watch_, [&] { return first_behind(count, round) < 0; },
             [&] {
               const int local = first_behind(count, round);
               return local < 0 ? local : watch_.neighbors()[static_cast<std::size_t>(local)];
             });
}

std::byte* Rounds::begin() {
  ++round_;
  wait_for_all(&Desk::read, round_ - 2);
  return host_.slot(host_.me(), round_);
}

void Rounds::turn() {
  host_.desk(host_.me()).written.store(round_, std::memory_order_release);
  wait_for_all(&Desk::written, round_);
}

void Rounds::end() { host_.desk(host_.me()).read.store(round_, std::memory_order_release); }

}  // namespace daybreak::training::mpi
