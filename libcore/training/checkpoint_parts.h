#pragma once
// How the ranks of a job write one checkpoint together: each its own file of moments into the draft, and one of them, which
// keeps the run's folder, the rest. Files alone tell how far the others are, so that this works while training goes on.
#include <atomic>
#include <filesystem>
#include <string_view>

namespace daybreak::training {

struct RankOfJob {
  int rank = 0, size = 1;
};

/// How long the files of other ranks are waited for. Whoever knows that the job has failed hurries: then files that are under
/// way have kHurriedS seconds.
struct PartPatience {
  double seconds = 300;
  const std::atomic<bool>* hurried = nullptr;  // or none
};
inline constexpr double kHurriedS = 5;

/// Says in place of the file of this rank that it will not come, and why. Never throws: where even that cannot be written, the
/// others' patience ends.
void give_up_part(const std::filesystem::path& draft, RankOfJob mine, std::string_view reason) noexcept;

/// Waits until the files of moments of all ranks are in the draft. Errors: Error (io, naming the rank and what it says; or
/// that its file has not come).
void await_parts(const std::filesystem::path& draft, int ranks, const PartPatience& patience);

}  // namespace daybreak::training
