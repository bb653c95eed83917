#include "libcore/training/collectives/mpi/session.h"

#include <dlfcn.h>

#include <array>

#include "libcore/base/error.h"

namespace daybreak::training::mpi {
namespace {

constexpr char kHowToStart[] =
    "start the ranks with MPI's own launcher (mpirun -np N; srun --mpi=pmix -n N; in Kubernetes an MPIJob)";

/// Open MPI opens its components at run time, and in some builds they take its symbols from the program as a whole, where a
/// library that came with a plug-in does not show.
void show_library_to_its_components() {
  Dl_info found{};
  if (dladdr(reinterpret_cast<void*>(&MPI_Init_thread), &found) && found.dli_fname)
    dlopen(found.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
}

std::string of(int rank, int size) { return "rank " + std::to_string(rank) + " of " + std::to_string(size); }

}  // namespace

void check(int code, const std::string& doing) {
  if (code == MPI_SUCCESS) return;
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(code, text.data(), &length);
  throw Error(ExitStatus::try_again, "MPI could not " + doing + ": " + std::string(text.data(), static_cast<std::size_t>(length)),
              "start the job again; it goes on from its last checkpoint");
}

Session::Session(int rank, int size) {
  show_library_to_its_components();
  int provided = MPI_THREAD_SINGLE, found_rank = 0, found_size = 1;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided) != MPI_SUCCESS)
    throw Error(ExitStatus::unavailable, "MPI cannot be started", kHowToStart);
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_rank(MPI_COMM_WORLD, &found_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &found_size);
  if (found_rank != rank || found_size != size) {
    MPI_Finalize();
    throw Error(ExitStatus::unavailable, "the environment says that this is " + of(rank, size) + ", but to MPI it is " +
                of(found_rank, found_size), kHowToStart);
  }
  if (provided < MPI_THREAD_SERIALIZED)
    throw Error(ExitStatus::unavailable, "this MPI can be called from one thread only", "use an MPI that was built with threads");
}

void Session::finish() { MPI_Finalize(); }

std::string Session::library() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  std::string name(text.data(), static_cast<std::size_t>(length));
  name.resize(std::min(name.size(), name.find_first_of(",\n")));
  if (const std::size_t version = name.find(" v"); version != std::string::npos) name.erase(version + 1, 1);
  return name;
}

}  // namespace daybreak::training::mpi
