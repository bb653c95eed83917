#pragma once
// Who is lost: ended, silent for too long, or gone from the job because of an error of its own. A rank that finds out tells
// all others before it gives up, so that every one of them names the same rank.
#include <mpi.h>

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/training/collectives/mpi/host.h"

namespace daybreak::training::mpi {

enum class Loss : std::int32_t { ended = 1, silent, left };

/// What a rank last says: which rank is lost, and how.
struct Farewell {
  std::int32_t rank = 0;
  Loss loss = Loss::ended;
};

class Watch {
 public:
  Watch(const Host& host, double patience_s);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  int me() const { return me_; }
  int size() const { return static_cast<int>(people_.size()); }
  int hosts() const { return static_cast<int>(hosts_.size()); }
  int host_of(int rank) const { return host_of_[static_cast<std::size_t>(rank)]; }
  /// In the order of ranks.
  const std::vector<int>& ranks_of(int host) const { return hosts_[static_cast<std::size_t>(host)]; }
  /// The ranks of this host, this one among them.
  const std::vector<int>& neighbors() const { return ranks_of(host_of(me_)); }

  /// This rank is at work.
  void hear() const;
  /// Throws Error (try_again) where a rank is known to be lost.
  void look();
  /// The same, for `missing` has been waited for longer than patience_s: it, or whoever has kept it waiting.
  [[noreturn]] void give_up(int missing);
  double patience_s() const { return patience_s_; }
  /// This rank goes: because of an error of its own, unless it has told of a lost rank already.
  void leave() noexcept;
  /// This rank has done its work: that it ends is not a loss.
  void finish();
  /// Nothing is watched any more.
  void stop();

 private:
  struct Person {
    char host[64];
    std::int64_t pid;
  };
  void meet();
  void tell(Farewell farewell) noexcept;
  void look_at(int local);
  [[noreturn]] void mourn(Farewell farewell) const;
  std::string name(int rank) const;

  const Host& host_;
  double patience_s_;
  int me_ = 0;
  std::vector<Person> people_;
  std::vector<int> host_of_;
  std::vector<std::vector<int>> hosts_;
  std::vector<int> lives_;  // a pidfd for each rank of this host, -1 for itself and where there is none
  MPI_Request news_ = MPI_REQUEST_NULL;
  Farewell received_, told_;
};

}  // namespace daybreak::training::mpi
