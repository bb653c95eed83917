#include "libcore/training/checkpoint_parts.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "libcore/base/error.h"
#include "libcore/training/moments.h"

namespace daybreak::training {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kBetween = std::chrono::milliseconds(2);
constexpr std::string_view kGivenUp = ".given-up";

fs::path given_up_path(const fs::path& draft, RankOfJob one) {
  return draft / (moment_file(one.rank, one.size) + std::string(kGivenUp));
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

[[noreturn]] void fail_as_told(const fs::path& told, int rank) {
  const std::string reason = text_of(told);
  throw Error(ExitStatus::io, reason.empty() ? "its part of the checkpoint was not written" : reason, {},
              "rank " + std::to_string(rank));
}

class Waiting {
 public:
  explicit Waiting(const PartPatience& patience) : patience_(patience), end_(after(patience.seconds)) {}
  bool over() {
    if (!hurried_ && patience_.hurried != nullptr && *patience_.hurried) {
      hurried_ = true;
      end_ = std::min(end_, after(kHurriedS));
    }
    return Clock::now() >= end_;
  }

 private:
  static Clock::time_point after(double seconds) {
    return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  }
  const PartPatience& patience_;
  Clock::time_point end_;
  bool hurried_ = false;
};

}  // namespace

void give_up_part(const fs::path& draft, RankOfJob mine, std::string_view reason) noexcept {
  try {
    // Complete as soon as it has its name; empty where the disk is full.
    const fs::path place = given_up_path(draft, mine);
    fs::path half = place;
    half += ".tmp";
    std::ofstream(half) << reason;
    fs::rename(half, place);
  } catch (const std::exception&) {
  }
}

void await_parts(const fs::path& draft, int ranks, const PartPatience& patience) {
  Waiting waiting(patience);
  for (int rank = 0; rank < ranks; ++rank) {
    const fs::path file = draft / moment_file(rank, ranks), told = given_up_path(draft, {rank, ranks});
    std::error_code ignored;
    while (!fs::exists(file, ignored)) {
      if (fs::exists(told, ignored)) fail_as_told(told, rank);
      if (waiting.over())
        throw Error(ExitStatus::io, "the file of rank " + std::to_string(rank) + " has not come", {}, file.string());
      std::this_thread::sleep_for(kBetween);
    }
  }
}

}  // namespace daybreak::training
