#include "libcore/training/collectives/job.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace daybreak::training {
namespace {

constexpr char kOneEngine[] = "start the ranks with one engine, and unset what another has left behind";

/// An environment variable; one that is empty counts as not set.
const char* variable(const char* name) {
  const char* value = std::getenv(name);
  return value && *value ? value : nullptr;
}

int number(const char* name, const char* value) {
  try {
    const std::int64_t parsed = parse_integer(value);
    if (parsed >= 0 && parsed <= INT32_MAX) return static_cast<int>(parsed);
  } catch (const Error&) {
  }
  throw usage_error(std::string(name) + " is '" + value + "', expected a whole number that is not negative", kOneEngine);
}

int number_or(const char* name, int absent) {
  const char* value = variable(name);
  return value ? number(name, value) : absent;
}

/// Where an engine writes down the place of a process.
struct Variables {
  const char *engine, *rank, *size, *local_rank, *local_size;
  bool kills_early;
};
constexpr Variables kOpenMpi{"mpirun", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
                             "OMPI_COMM_WORLD_LOCAL_SIZE", true};
constexpr Variables kPmi{"PMI", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS", false};
constexpr Variables kPlain{"environment", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", false};
// Outside of a step, in the script of a batch job, the variables speak of the job: the script is no rank.
constexpr Variables kSlurm{"srun", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", nullptr, false};

/// "2(x3),1": two on each of the first three nodes, one on the fourth. 0 where it cannot be told.
int tasks_on_node(std::string_view counts, int node) {
  for (int begin = 0; !counts.empty();) {
    const std::string_view entry = counts.substr(0, counts.find(','));
    counts.remove_prefix(std::min(counts.size(), entry.size() + 1));
    const std::size_t repeated = entry.find("(x");
    const int tasks = std::atoi(std::string(entry).c_str());
    begin += repeated == std::string_view::npos ? 1 : std::atoi(std::string(entry.substr(repeated + 2)).c_str());
    if (node < begin) return tasks;
  }
  return 0;
}

std::string of(int rank, int size) { return "rank " + std::to_string(rank) + " of " + std::to_string(size); }

/// The place that an engine's variables tell; none where it has set neither rank nor size.
std::optional<JobPlace> told_by(const Variables& from) {
  const char *rank = variable(from.rank), *size = variable(from.size);
  if (!rank && !size) return std::nullopt;
  if (!rank || !size)
    throw usage_error(std::string(rank ? from.rank : from.size) + " is set, but " + (rank ? from.size : from.rank) + " is not",
                      "set both, or unset it where this process is no rank of a job");
  JobPlace place;
  place.engine = from.engine;
  place.kills_early = from.kills_early;
  place.rank = number(from.rank, rank);
  place.size = number(from.size, size);
  if (place.rank >= place.size)
    throw usage_error(std::string(from.rank) + " and " + from.size + " say " + of(place.rank, place.size), kOneEngine);
  place.local_rank = number_or(from.local_rank, 0);
  place.local_size = from.local_size ? number_or(from.local_size, place.local_rank + 1) : place.local_rank + 1;
  if (place.local_rank >= place.local_size)
    throw usage_error(std::string(from.local_rank) + " and " + from.local_size + " say " +
                          of(place.local_rank, place.local_size), kOneEngine);
  return place;
}

std::optional<JobPlace> told_by_slurm() {
  if (!variable("SLURM_STEP_ID") || !variable(kSlurm.rank)) return std::nullopt;
  std::optional<JobPlace> place = told_by(kSlurm);
  if (const char* counts = variable("SLURM_STEP_TASKS_PER_NODE"))
    place->local_size = std::max(place->local_size, tasks_on_node(counts, number_or("SLURM_NODEID", 0)));
  return place;
}

bool same(const JobPlace& one, const JobPlace& other) { return one.rank == other.rank && one.size == other.size; }

/// The innermost of the engines that MPI knows: mpirun, and MPICH's mpiexec, may run in a step of Slurm or start one for itself.
std::optional<JobPlace> told_by_engine() {
  if (const auto place = told_by(kOpenMpi)) return place;
  const auto slurm = told_by_slurm(), pmi = told_by(kPmi);
  return pmi && !(slurm && same(*slurm, *pmi)) ? pmi : slurm;
}

void check_pmix(const std::optional<JobPlace>& place) {
  const char* told = variable("PMIX_RANK");
  if (!told) return;
  const int rank = number("PMIX_RANK", told);
  if (!place)
    throw usage_error("PMIX_RANK is " + std::to_string(rank) + ", but no variable says of how many ranks",
                      "start the ranks with mpirun or srun, or unset it where this process is no rank of a job");
  if (place->rank != rank)
    throw usage_error("PMIX_RANK is " + std::to_string(rank) + ", but " + place->engine + " says " + of(place->rank, place->size),
                      kOneEngine);
}

}  // namespace

JobPlace job_place() {
  std::optional<JobPlace> place = told_by_engine();
  const bool plain_is_whole = variable(kPlain.rank) && variable(kPlain.size);
  if (!place || plain_is_whole) {
    const std::optional<JobPlace> plain = told_by(kPlain);
    if (place && !same(*place, *plain))
      throw usage_error("RANK and WORLD_SIZE say " + of(plain->rank, plain->size) + ", but " + place->engine + " says " +
                            of(place->rank, place->size), kOneEngine);
    if (!place) place = plain;
  }
  check_pmix(place);
  return place.value_or(JobPlace{});
}

}  // namespace daybreak::training
