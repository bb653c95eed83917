#pragma once
// Waiting for other ranks, as long as they live and patience lasts.
#include "libcore/base/error.h"
#include "libcore/training/collectives/mpi/pause.h"
#include "libcore/training/collectives/mpi/transfers.h"
#include "libcore/training/collectives/mpi/watch.h"

namespace daybreak::training::mpi {

/// Returns when ready() is true. missing(): a rank that has not arrived, or -1. Errors: Error (try_again) for a lost rank.
template <typename Ready, typename Missing>
void wait_until(Watch& watch, const Ready& ready, const Missing& missing) {
  watch.hear();
  for (Pause pause; !ready();) {
    if (!pause.rest()) continue;
    try {
      watch.look();
    } catch (const Error&) {
      // Who has gone may have been here before: what all had to say to each other counts then, and not that they go.
      if (ready()) return;
      throw;
    }
    if (pause.waited_s() <= watch.patience_s()) continue;
    const int late = missing();  // nobody, where the last one arrives now
    if (!ready()) watch.give_up(late);
  }
}

inline void wait_for(Watch& watch, Transfers& transfers) {
  wait_until(watch, [&] { return transfers.done(); }, [&] { return transfers.first_open(); });
}

}  // namespace daybreak::training::mpi
