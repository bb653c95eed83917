#pragma once
// The ranks of one host, and the memory that they share: of each rank a desk, where it says how far it is, and two slots of
// data. What a rank writes into a slot, the others read where it lies.
#include <mpi.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace daybreak::training::mpi {

/// What a rank shows to the others of its host. All of it is written by that rank alone.
struct Desk {
  std::int64_t pid = 0;
  std::uint64_t pid_space = 0;  // only within the same one does pid mean anything
  alignas(64) std::atomic<std::uint64_t> written{0};  // rounds for which its slot is full
  alignas(64) std::atomic<std::uint64_t> read{0};     // rounds of which it needs nobody's slot any more
  alignas(64) std::atomic<std::int64_t> heard_ns{0};  // when it was last at work here, by the monotonic clock
  alignas(64) std::atomic<std::int64_t> farewell{0};  // Farewell as a number
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free && std::atomic<std::int64_t>::is_always_lock_free);

class Host {
 public:
  /// The ranks of this host by MPI's own word; pretended_hosts > 0: those of one block of the job. slot_bytes is reduced
  /// where the shared memory of a host is small.
  Host(std::uint64_t slot_bytes, int pretended_hosts);
  void release();

  int size() const { return static_cast<int>(desks_.size()); }
  int me() const { return me_; }
  /// Bytes of a slot; a multiple of 64.
  std::int64_t slot_bytes() const { return slot_bytes_; }
  Desk& desk(int local) const { return *desks_[static_cast<std::size_t>(local)]; }
  std::byte* slot(int local, std::uint64_t round) const;
  /// A number that the ranks of a host have in common, and no others.
  int leader() const { return leader_; }

 private:
  MPI_Comm ranks_ = MPI_COMM_NULL;
  MPI_Win window_ = MPI_WIN_NULL;
  int me_ = 0, leader_ = 0;
  std::int64_t slot_bytes_ = 0;
  std::vector<Desk*> desks_;
};

}  // namespace daybreak::training::mpi
