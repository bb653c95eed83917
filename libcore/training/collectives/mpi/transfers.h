#pragma once
// Messages to and from ranks of other hosts that are under way.
#include <mpi.h>

#include <cstdint>
#include <vector>

namespace daybreak::training::mpi {

class Transfers {
 public:
  void receive(void* to, std::int64_t bytes, int from);
  void send(const void* from, std::int64_t bytes, int to);
  /// Whether all have arrived; goes on with them. Errors: Error (try_again).
  bool done();
  /// A rank whose message has not arrived, or that has not taken one; -1: none.
  int first_open();

 private:
  std::vector<MPI_Request> requests_;
  std::vector<int> peers_;
};

}  // namespace daybreak::training::mpi
