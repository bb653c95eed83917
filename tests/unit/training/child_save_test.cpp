// Children of several ranks that save one version together.
#include "libcore/training/child_save.h"

#include <fstream>
#include <future>
#include <thread>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/training/moments.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

using namespace daybreak;
using namespace daybreak::training;
namespace fs = std::filesystem;

namespace {

constexpr int kRanks = 3;
constexpr double kShortly = 0.3;

void begin_and_save(const fs::path& out, int rank, std::int64_t step, double others_begin_s,
                    const std::function<void(const fs::path&)>& write) {
  RunDirectory folder(out, true, rank == 0 ? RunDirectory::Role::keeper : RunDirectory::Role::member);
  folder.begin();
  save_as_child(folder, step, 2, {rank, kRanks}, write, [] {}, others_begin_s);
}

/// One rank saves a step: its file, and rank 0 waits for those of all.
void save(const fs::path& out, int rank, std::int64_t step, double others_begin_s = kOthersBeginS) {
  begin_and_save(out, rank, step, others_begin_s, [&](const fs::path& draft) {
    std::ofstream(draft / moment_file(rank, kRanks)) << rank;
    if (rank == 0) await_parts(draft, kRanks, {});
  });
}

}  // namespace

TEST_CASE("children of all ranks save one version, whoever comes first") {
  const test_support::ScratchFolder scratch;
  const fs::path out = scratch.path() / "out";
  fs::create_directory(out);
  std::vector<std::future<void>> ranks;
  for (const int rank : {2, 0, 1}) {
    ranks.push_back(std::async(std::launch::async, [&, rank] { save(out, rank, 5); }));
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  }
  for (auto& rank : ranks) rank.get();
  CHECK(*latest_version(out) == out / version_name(5));
  for (int rank = 0; rank < kRanks; ++rank) CHECK(fs::exists(out / version_name(5) / moment_file(rank, kRanks)));
}

TEST_CASE("ranks that forked for another step are not waited for") {
  const test_support::ScratchFolder scratch;
  const fs::path out = scratch.path() / "out";
  fs::create_directory(out);
  auto other = std::async(std::launch::async, [&] { save(out, 1, 6, kShortly); });
  CHECK_THROWS_WITH(save(out, 0, 5, kShortly), Catch::Contains("rank 1 has not begun to write"));
  CHECK_THROWS_WITH(other.get(), Catch::Contains("rank 0 has not made the folder"));
  CHECK(versions_in(out).empty());
  CHECK_FALSE(fs::exists(out / "step-00000005.child.tmp"));
}

TEST_CASE("a child that cannot write its part says so to the one that waits for it") {
  const test_support::ScratchFolder scratch;
  const fs::path out = scratch.path() / "out";
  fs::create_directory(out);
  std::vector<std::future<void>> others;
  others.push_back(std::async(std::launch::async, [&] {
    begin_and_save(out, 1, 5, kOthersBeginS, [](const fs::path&) { throw Error(ExitStatus::io, "the disk is full"); });
  }));
  others.push_back(std::async(std::launch::async, [&] { save(out, 2, 5); }));
  CHECK_THROWS_WITH(save(out, 0, 5), Catch::Contains("rank 1: the disk is full"));
  CHECK_THROWS_WITH(others[0].get(), Catch::Contains("the disk is full"));
  others[1].get();
  CHECK(versions_in(out).empty());
  CHECK_FALSE(fs::exists(out / "step-00000005.child.tmp"));
}

TEST_CASE("no child begins to save what is saved") {
  const test_support::ScratchFolder scratch;
  const fs::path out = scratch.path() / "out";
  fs::create_directories(out / version_name(5));
  std::ofstream(out / "latest") << version_name(5);
  for (const int rank : {0, 1})
    begin_and_save(out, rank, 5, kShortly, [](const fs::path&) { FAIL("something is written"); });
  CHECK(versions_in(out) == std::vector<std::int64_t>{5});
}
