#pragma once
// MPI from its start to its end in this process, and its errors in words.
#include <mpi.h>

#include <string>

namespace daybreak::training::mpi {

/// Throws Error (try_again) in the words of the library, where an MPI call has failed. doing: "send to rank 3".
void check(int code, const std::string& doing);

class Session {
 public:
  /// Starts MPI. Errors: Error (unavailable) where MPI does not know this process as `rank` of `size`.
  Session(int rank, int size);
  /// Ends MPI. To be left out where a rank is lost: MPI would wait for it.
  void finish();
  /// "Open MPI 4.1.4"
  static std::string library();
};

}  // namespace daybreak::training::mpi
