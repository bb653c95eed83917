#include "libcore/training/collectives/mpi/host.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <new>

#include "libcore/training/collectives/mpi/session.h"

namespace daybreak::training::mpi {
namespace {

constexpr std::uint64_t kPage = 4096, kDeskBytes = kPage, kLeastSlot = 64 << 10;
static_assert(sizeof(Desk) <= kDeskBytes);

MPI_Comm ranks_of_host(int rank, int size, int pretended_hosts) {
  MPI_Comm ranks = MPI_COMM_NULL;
  if (pretended_hosts > 0)
    check(MPI_Comm_split(MPI_COMM_WORLD, rank * pretended_hosts / size, rank, &ranks), "divide the ranks");
  else
    check(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &ranks), "find the ranks of this host");
  return ranks;
}

/// Half of what the host's shared memory has left (a container often has 64 MiB), for two slots of each rank. A window that
/// does not fit would end the process where it is first written, not where it is asked for.
std::uint64_t affordable_slot(std::uint64_t wanted, int ranks) {
  struct statvfs room {};
  if (statvfs("/dev/shm", &room) != 0) return wanted;
  const std::uint64_t bytes = std::uint64_t{room.f_bavail} * room.f_frsize / 4 / static_cast<std::uint64_t>(ranks);
  return std::max(kLeastSlot, std::min(wanted, bytes));
}

/// The first page within a rank's memory, which begins anywhere. It is the same place in every process: what they share is
/// mapped by pages.
void* first_page(void* memory) {
  std::size_t room = 2 * kPage;
  return std::align(kPage, kPage, memory, room);
}

std::uint64_t pid_space() {
  struct stat space {};
  return stat("/proc/self/ns/pid", &space) == 0 ? space.st_ino : 0;
}

}  // namespace

Host::Host(std::uint64_t slot_bytes, int pretended_hosts) {
  int rank = 0, world_size = 1, size = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &world_size);
  ranks_ = ranks_of_host(rank, world_size, pretended_hosts);
  MPI_Comm_set_errhandler(ranks_, MPI_ERRORS_RETURN);
  MPI_Comm_rank(ranks_, &me_);
  MPI_Comm_size(ranks_, &size);
  leader_ = rank;
  check(MPI_Bcast(&leader_, 1, MPI_INT, 0, ranks_), "count the hosts");
  std::uint64_t slot = affordable_slot(slot_bytes, size) / 64 * 64;
  check(MPI_Allreduce(MPI_IN_PLACE, &slot, 1, MPI_UINT64_T, MPI_MIN, ranks_), "agree on the size of a window");
  slot_bytes_ = static_cast<std::int64_t>(slot);

  MPI_Info apart = MPI_INFO_NULL;  // each rank's part in memory near to it
  MPI_Info_create(&apart);
  MPI_Info_set(apart, "alloc_shared_noncontig", "true");
  void* mine = nullptr;
  const int code = MPI_Win_allocate_shared(static_cast<MPI_Aint>(kPage + kDeskBytes + 2 * slot), 1, apart, ranks_, &mine, &window_);
  MPI_Info_free(&apart);
  check(code, "share memory between the ranks of this host");
  auto* desk = new (first_page(mine)) Desk;
  desk->pid = getpid();
  desk->pid_space = pid_space();
  for (int local = 0; local < size; ++local) {
    MPI_Aint bytes = 0;
    int unit = 0;
    void* place = nullptr;
    check(MPI_Win_shared_query(window_, local, &bytes, &unit, &place), "find the memory of another rank");
    desks_.push_back(static_cast<Desk*>(first_page(place)));
  }
  check(MPI_Barrier(ranks_), "wait for the ranks of this host");
}

void Host::release() {
  MPI_Win_free(&window_);
  MPI_Comm_free(&ranks_);
}

std::byte* Host::slot(int local, std::uint64_t round) const {
  return reinterpret_cast<std::byte*>(desks_[static_cast<std::size_t>(local)]) + kDeskBytes +
         static_cast<std::int64_t>(round % 2) * slot_bytes_;
}

}  // namespace daybreak::training::mpi
