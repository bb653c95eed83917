// Which rank a process is, by what engines write into the environment.
#include <stdlib.h>

#include <map>
#include <string>

#include "libcore/base/error.h"
#include "libcore/training/collectives/job.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using daybreak::training::JobPlace;
using Variables = std::map<std::string, std::string>;

namespace {

constexpr const char* kKnown[] = {
    "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE", "PMI_RANK",
    "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS", "PMIX_RANK", "SLURM_STEP_ID", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS",
    "SLURM_LOCALID", "SLURM_NODEID", "SLURM_STEP_TASKS_PER_NODE", "SLURM_NTASKS", "RANK", "WORLD_SIZE", "LOCAL_RANK",
    "LOCAL_WORLD_SIZE"};

JobPlace place_in(const Variables& variables) {
  for (const char* name : kKnown) unsetenv(name);
  for (const auto& [name, value] : variables) setenv(name.c_str(), value.c_str(), 1);
  const auto restore = [] {
    for (const char* name : kKnown) unsetenv(name);
  };
  try {
    const JobPlace place = training::job_place();
    restore();
    return place;
  } catch (...) {
    restore();
    throw;
  }
}

std::string told(const Variables& variables) {
  const JobPlace place = place_in(variables);
  return place.engine + ": " + std::to_string(place.rank) + "/" + std::to_string(place.size) + ", here " +
         std::to_string(place.local_rank) + "/" + std::to_string(place.local_size) + (place.kills_early ? ", kills early" : "");
}

std::string refused(const Variables& variables) {
  try {
    place_in(variables);
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::usage);
    CHECK_FALSE(error.hint().empty());
    return error.message();
  }
  return "not refused";
}

Variables with(Variables variables, const Variables& more) {
  for (const auto& [name, value] : more) variables[name] = value;
  return variables;
}

const Variables kMpirun{{"OMPI_COMM_WORLD_RANK", "3"}, {"OMPI_COMM_WORLD_SIZE", "4"}, {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                        {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}, {"PMIX_RANK", "3"}};
const Variables kSrun{{"SLURM_STEP_ID", "0"}, {"SLURM_PROCID", "6"}, {"SLURM_STEP_NUM_TASKS", "7"}, {"SLURM_LOCALID", "0"},
                      {"SLURM_NODEID", "3"}, {"SLURM_STEP_TASKS_PER_NODE", "2(x3),1"}, {"SLURM_NTASKS", "7"}};
const Variables kTorchrun{{"RANK", "5"}, {"WORLD_SIZE", "8"}, {"LOCAL_RANK", "1"}, {"LOCAL_WORLD_SIZE", "4"}};
const Variables kHydra{{"PMI_RANK", "1"}, {"PMI_SIZE", "2"}, {"MPI_LOCALRANKID", "1"}, {"MPI_LOCALNRANKS", "2"}};

}  // namespace

TEST_CASE("a process that nothing started as a rank is 0 of 1") {
  CHECK(told({}) == ": 0/1, here 0/1");
  CHECK(told({{"RANK", ""}, {"WORLD_SIZE", ""}}) == ": 0/1, here 0/1");
}

TEST_CASE("every engine tells the place in its own variables") {
  CHECK(told(kMpirun) == "mpirun: 3/4, here 1/2, kills early");
  CHECK(told(kSrun) == "srun: 6/7, here 0/1");
  CHECK(told(with(kSrun, {{"PMIX_RANK", "6"}})) == "srun: 6/7, here 0/1");
  CHECK(told(with(kSrun, {{"PMI_RANK", "6"}, {"PMI_SIZE", "7"}})) == "srun: 6/7, here 0/1");
  CHECK(told(with(kSrun, {{"SLURM_PROCID", "3"}, {"SLURM_NODEID", "1"}, {"SLURM_LOCALID", "1"}})) == "srun: 3/7, here 1/2");
  CHECK(told(kTorchrun) == "environment: 5/8, here 1/4");
  CHECK(told({{"RANK", "5"}, {"WORLD_SIZE", "8"}}) == "environment: 5/8, here 0/1");
  CHECK(told(kHydra) == "PMI: 1/2, here 1/2");
}

TEST_CASE("the script of a batch job is no rank, and neither is an index of Kubernetes") {
  CHECK(told({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}, {"SLURM_LOCALID", "0"}}) == ": 0/1, here 0/1");
  CHECK(told({{"JOB_COMPLETION_INDEX", "2"}}) == ": 0/1, here 0/1");
}

TEST_CASE("an interactive step of a larger job is one rank") {
  CHECK(told({{"SLURM_STEP_ID", "4294967290"}, {"SLURM_PROCID", "0"}, {"SLURM_STEP_NUM_TASKS", "1"}, {"SLURM_NTASKS", "8"}}) ==
        "srun: 0/1, here 0/1");
}

TEST_CASE("of engines inside each other the innermost counts") {
  const Variables daemon{{"SLURM_STEP_ID", "0"}, {"SLURM_PROCID", "1"}, {"SLURM_STEP_NUM_TASKS", "2"}};
  CHECK(told(with(kMpirun, daemon)) == "mpirun: 3/4, here 1/2, kills early");
  CHECK(told(with(with(kHydra, daemon), {{"SLURM_PROCID", "0"}})) == "PMI: 1/2, here 1/2");
}

TEST_CASE("the same place in two ways is no contradiction") {
  CHECK(told(with(kMpirun, {{"RANK", "3"}, {"WORLD_SIZE", "4"}})) == "mpirun: 3/4, here 1/2, kills early");
  CHECK(told(with(kMpirun, {{"RANK", "17"}})) == "mpirun: 3/4, here 1/2, kills early");  // half of it says nothing
}

TEST_CASE("what contradicts itself is refused") {
  CHECK(refused({{"RANK", "1"}}) == "RANK is set, but WORLD_SIZE is not");
  CHECK(refused({{"WORLD_SIZE", "2"}}) == "WORLD_SIZE is set, but RANK is not");
  CHECK(refused({{"RANK", "2"}, {"WORLD_SIZE", "2"}}) == "RANK and WORLD_SIZE say rank 2 of 2");
  CHECK(refused({{"RANK", "one"}, {"WORLD_SIZE", "2"}}) == "RANK is 'one', expected a whole number that is not negative");
  CHECK(refused({{"RANK", "-1"}, {"WORLD_SIZE", "2"}}) == "RANK is '-1', expected a whole number that is not negative");
  CHECK(refused({{"RANK", "0"}, {"WORLD_SIZE", "99999999999"}}) ==
        "WORLD_SIZE is '99999999999', expected a whole number that is not negative");
  CHECK(refused(with(kTorchrun, {{"LOCAL_RANK", "4"}})) == "LOCAL_RANK and LOCAL_WORLD_SIZE say rank 4 of 4");
  CHECK(refused(with(kMpirun, {{"RANK", "3"}, {"WORLD_SIZE", "8"}})) ==
        "RANK and WORLD_SIZE say rank 3 of 8, but mpirun says rank 3 of 4");
  CHECK(refused(with(kSrun, kTorchrun)) == "RANK and WORLD_SIZE say rank 5 of 8, but srun says rank 6 of 7");
  CHECK(refused({{"PMIX_RANK", "1"}}) == "PMIX_RANK is 1, but no variable says of how many ranks");
  CHECK(refused(with(kSrun, {{"PMIX_RANK", "1"}})) == "PMIX_RANK is 1, but srun says rank 6 of 7");
  CHECK(refused({{"OMPI_COMM_WORLD_RANK", "1"}}) == "OMPI_COMM_WORLD_RANK is set, but OMPI_COMM_WORLD_SIZE is not");
}
