// Are the checkpoints of a run whole?
#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/records/train_record.h"
#include "libcore/training/checkpoint.h"
#include "libcore/training/run_directory.h"
#include "tools/frame/text.h"
#include "tools/train-shard/verbs.h"

namespace daybreak::train_shard {
namespace {

namespace fs = std::filesystem;

struct Found {
  std::string path, problem;  // problem: "" where it is whole
  std::size_t files = 0;
  std::uint64_t bytes = 0;
};

Found looked_at(const fs::path& checkpoint) {
  Found found{checkpoint.string(), {}};
  try {
    for (const training::ManifestEntry& file : training::verify_files(checkpoint)) {
      ++found.files;
      found.bytes += file.bytes;
    }
  } catch (const Error& failure) {
    found.problem = failure.what();
  }
  return found;
}

class Check : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("DIR", &directory_, "The folder of a run, or one of its checkpoints", Completes::directory);
  }

  frame::Outcome run(frame::Session& session) override {
    std::vector<Found> all;
    for (const fs::path& checkpoint : checkpoints()) {
      session.stop().check();
      all.push_back(looked_at(checkpoint));
    }
    const bool whole = std::all_of(all.begin(), all.end(), [](const Found& one) { return one.problem.empty(); });
    io::Json document;
    document["schema"] = records::kTrainSchema;
    document["method"] = "check";
    document["whole"] = whole;
    document["checkpoints"] = io::Json::array();
    std::vector<std::vector<std::string>> rows{{"checkpoint", "files", "bytes", "whole"}};
    for (const Found& one : all) {
      io::Json record;
      record["path"] = one.path;
      record["whole"] = one.problem.empty();
      if (one.problem.empty()) {
        record["files"] = one.files;
        record["bytes"] = one.bytes;
        rows.push_back({one.path, std::to_string(one.files), std::to_string(one.bytes), "yes"});
      } else {
        record["problem"] = one.problem;
        rows.push_back({one.path, "", "", "no: " + one.problem});
      }
      document["checkpoints"].push_back(std::move(record));
    }
    session.emit(document, frame::table(rows));
    return whole ? frame::Outcome::done : frame::Outcome::negative;
  }

 private:
  /// The versions of a run's folder, or the one checkpoint that is named.
  std::vector<fs::path> checkpoints() const {
    if (training::has_manifest(directory_)) return {directory_};
    if (!fs::is_directory(directory_)) throw Error(ExitStatus::no_input, "no such folder", {}, directory_);
    training::latest_version(directory_);  // refuses a `latest` that leads nowhere
    std::vector<fs::path> found;
    for (const std::int64_t step : training::versions_in(directory_))
      found.push_back(fs::path(directory_) / training::version_name(step));
    if (found.empty())
      throw data_error(directory_, "there is no checkpoint", "name the folder that train-shard run --out has written");
    return found;
  }

  std::string directory_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_check() {
  return std::make_unique<Check>();
}

}  // namespace daybreak::train_shard
