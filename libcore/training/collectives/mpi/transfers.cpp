#include "libcore/training/collectives/mpi/transfers.h"

#include <algorithm>

#include "libcore/training/collectives/mpi/session.h"

namespace daybreak::training::mpi {
namespace {

constexpr std::int64_t kMost = std::int64_t{1} << 30;  // MPI counts in int
constexpr int kTag = 1;

}  // namespace

void Transfers::receive(void* to, std::int64_t bytes, int from) {
  for (std::int64_t begin = 0; begin < bytes; begin += kMost) {
    requests_.push_back(MPI_REQUEST_NULL);
    peers_.push_back(from);
    check(MPI_Irecv(static_cast<char*>(to) + begin, static_cast<int>(std::min(kMost, bytes - begin)), MPI_BYTE, from, kTag, MPI_COMM_WORLD,
                    &requests_.back()), "receive from rank " + std::to_string(from));
  }
}

void Transfers::send(const void* from, std::int64_t bytes, int to) {
  for (std::int64_t begin = 0; begin < bytes; begin += kMost) {
    requests_.push_back(MPI_REQUEST_NULL);
    peers_.push_back(to);
    check(MPI_Isend(static_cast<const char*>(from) + begin, static_cast<int>(std::min(kMost, bytes - begin)), MPI_BYTE, to, kTag,
                    MPI_COMM_WORLD, &requests_.back()), "send to rank " + std::to_string(to));
  }
}

bool Transfers::done() {
  if (requests_.empty()) return true;
  int all = 0;
  check(MPI_Testall(static_cast<int>(requests_.size()), requests_.data(), &all, MPI_STATUSES_IGNORE),
        "exchange data with other hosts");
  return all != 0;
}

int Transfers::first_open() {
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    int finished = 0;
    check(MPI_Request_get_status(requests_[i], &finished, MPI_STATUS_IGNORE), "exchange data with other hosts");
    if (!finished) return peers_[i];
  }
  return -1;
}

}  // namespace daybreak::training::mpi
