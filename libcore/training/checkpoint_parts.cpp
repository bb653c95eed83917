#include "libcore/training/checkpoint_parts.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "libcore/base/clock.h"
#include "libcore/base/error.h"
#include "libcore/io/appears.h"
#include "libcore/training/moments.h"

namespace daybreak::training {
namespace fs = std::filesystem;
namespace {

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

std::string reason_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& known) {
    return known.what();
  } catch (...) {
    return "interrupted";
  }
}

class Waiting {
 public:
  explicit Waiting(const PartPatience& patience) : patience_(patience), end_(after_seconds(patience.seconds)) {}
  bool over() {
    if (!hurried_ && patience_.hurried != nullptr && *patience_.hurried) {
      hurried_ = true;
      end_ = std::min(end_, after_seconds(kHurriedS));
    }
    return Clock::now() >= end_;
  }

 private:
  const PartPatience& patience_;
  Clock::time_point end_;
  bool hurried_ = false;
};

}  // namespace

void give_up_part(const fs::path& draft, RankOfJob mine, const std::exception_ptr& failure) noexcept {
  try {
    // Complete as soon as it has its name; empty where the disk is full.
    const fs::path place = given_up_path(draft, mine);
    fs::path half = place;
    half += ".tmp";
    std::ofstream(half) << reason_of(failure);
    fs::rename(half, place);
  } catch (const std::exception&) {
  }
}

void await_parts(const fs::path& draft, int ranks, const PartPatience& patience) {
  std::map<std::string, int> missing;
  for (int rank = 0; rank < ranks; ++rank) missing[moment_file(rank, ranks)] = rank;
  const auto found = [&](const std::string& name) {
    if (name.ends_with(kGivenUp))
      if (const auto one = missing.find(name.substr(0, name.size() - kGivenUp.size())); one != missing.end())
        fail_as_told(draft / name, one->second);
    missing.erase(name);
    return missing.empty();
  };
  Waiting waiting(patience);
  if (io::appears(draft, found, [&] { return waiting.over(); })) return;
  const auto& [file, rank] = *missing.begin();
  throw Error(ExitStatus::io, "the file of rank " + std::to_string(rank) + " has not come", {}, (draft / file).string());
}

}  // namespace daybreak::training
