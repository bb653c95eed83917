// Shared objects that are no collectives, or not there, and a job of one, which needs none.
#include <string>

#include "libcore/base/error.h"
#include "libcore/training/collectives/job.h"
#include "libcore/training/collectives/plugged.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

using namespace daybreak;

namespace {

Error refusal(const std::filesystem::path& library) {
  try {
    training::Plugged(library, training::job_options(0, 2, 1));
  } catch (const Error& error) {
    return error;
  }
  return {ExitStatus::done, "not refused"};
}

}  // namespace

TEST_CASE("collectives that are not there, or are something else, are refused with what to do") {
  const test_support::ScratchFolder folder;
  const auto absent = refusal(folder.path() / "libdaybreak-collectives-mpi.so");
  CHECK(absent.status() == ExitStatus::unavailable);
  CHECK(absent.message() == "there is no such file, and ranks talk to each other through it");
  CHECK_FALSE(absent.hint().empty());
  const auto text = refusal(folder.file("libtext.so", "no library"));
  CHECK(text.status() == ExitStatus::unavailable);
  CHECK(text.message().starts_with("the collectives cannot be loaded: "));
  const auto chip = refusal(DAYBREAK_QUEUED_CHIP);
  CHECK(chip.status() == ExitStatus::unavailable);
  CHECK(chip.message() == "it does not speak version 0.0 of the interface of collectives");
}

TEST_CASE("a job of one gathers, exchanges and shares with itself") {
  const auto self = training::join_job({}, 1);
  CHECK(self->description() == "self");
  CHECK(training::all_gathered(*self, 7) == std::vector<int>{7});
  CHECK(training::all_gathered_text(*self, "text") == std::vector<std::string>{"text"});
  const std::vector<float> row{1, 2, 3};
  const float* rows[] = {row.data(), row.data()};
  const std::int64_t counts[] = {2};
  const training::Range parts[] = {{5, 8}};
  int taken = 0;
  self->exchange(rows, counts, parts, [&](std::span<const float* const> all) {
    ++taken;
    CHECK(std::vector<const float*>(all.begin(), all.end()) == std::vector<const float*>{row.data(), row.data()});
  });
  CHECK(taken == 1);
}
