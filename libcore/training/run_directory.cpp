#include "libcore/training/run_directory.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>

#include "libcore/base/error.h"
#include "libcore/io/atomic_file.h"
#include "libcore/io/input_file.h"

namespace daybreak::training {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kPrefix = "step-", kHalfWritten = ".tmp";

/// Renamed first, so that a removal cut short never leaves a version with files missing.
void remove_version(const fs::path& version) {
  fs::path doomed = version;
  doomed += kHalfWritten;
  std::error_code ignored;
  fs::rename(version, doomed, ignored);
  fs::remove_all(doomed, ignored);
}

bool holds_run(const fs::path& directory) {
  return fs::is_directory(directory) && (fs::exists(directory / "latest") || !versions_in(directory).empty());
}

/// Throws where the folder is not there and cannot be made, without making it.
void require_creatable(const fs::path& directory) {
  fs::path existing = directory.empty() ? fs::path(".") : directory;
  std::error_code ignored;
  while (!fs::exists(existing, ignored)) existing = existing.has_parent_path() ? existing.parent_path() : fs::path(".");
  if (!fs::is_directory(existing)) throw system_error("create", directory.string(), ENOTDIR);
  if (access(existing.c_str(), W_OK | X_OK) != 0) throw system_error("create", directory.string(), errno);
}

}  // namespace

std::string version_name(std::int64_t step) {
  char text[32];
  std::snprintf(text, sizeof text, "step-%08lld", static_cast<long long>(step));
  return text;
}

std::optional<std::int64_t> version_step(const std::string& name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  std::int64_t step = 0;
  const char* end = name.data() + name.size();
  const auto [stopped, failure] = std::from_chars(name.data() + kPrefix.size(), end, step);
  // The one spelling that version_name() has: no sign, no blanks, nothing that leads out of the folder.
  if (failure != std::errc{} || stopped != end || step < 0 || version_name(step) != name) return std::nullopt;
  return step;
}

std::vector<std::int64_t> versions_in(const fs::path& directory) {
  std::vector<std::int64_t> steps;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory))
    if (const auto step = version_step(entry.path().filename())) steps.push_back(*step);
  std::sort(steps.begin(), steps.end());
  return steps;
}

std::optional<fs::path> latest_version(const fs::path& directory) {
  const fs::path file = directory / "latest";
  if (!fs::exists(file)) {
    // Killed between the first version and `latest`: a version is complete as soon as it has its name.
    const std::vector<std::int64_t> steps = fs::is_directory(directory) ? versions_in(directory) : std::vector<std::int64_t>{};
    return steps.empty() ? std::nullopt : std::optional(directory / version_name(steps.back()));
  }
  const io::InputFile input(file.string());
  std::string name = input.text_at(0, std::min<std::uint64_t>(input.size(), 256));
  while (name.ends_with('\n')) name.pop_back();
  const char* hint = "remove this file to go on with the last checkpoint that is there";
  if (!version_step(name))
    throw data_error(file.string(), "expected the name of a checkpoint such as step-00000100, found '" + name + "'",
                     hint);
  if (!fs::is_directory(directory / name))
    throw data_error(file.string(), "the checkpoint " + name + " that it names is not there", hint);
  return directory / name;
}

fs::path model_directory(const fs::path& path) {
  if (fs::exists(path / "config.json")) return path;
  return latest_version(path).value_or(path);
}

void RunDirectory::take_lock(bool create) {
  if (!lock_.take(directory_ / "lock", create))
    throw Error(ExitStatus::try_again, "another process is training into this folder",
                "wait for it, or choose another --out", directory_.string());
}

RunDirectory::RunDirectory(const fs::path& directory, bool resume, Role role) : directory_(directory), role_(role) {
  if (role_ == Role::member) return;
  require_creatable(directory_);
  take_lock(false);
  if (!resume && holds_run(directory_))
    throw Error(ExitStatus::cannot_create, "this folder holds a training run", "go on with it by --resume, or choose another --out",
                directory_.string());
  seen_ = latest();
}

void RunDirectory::begin() {
  if (role_ == Role::member) return;
  std::error_code failure;
  fs::create_directories(directory_, failure);
  if (failure) throw system_error("create", directory_.string(), failure.value());
  if (!lock_.held()) take_lock(true);
  if (latest() != seen_)
    throw Error(ExitStatus::try_again, "another process has trained into this folder meanwhile", "begin again",
                directory_.string());
  remove_half_written();
}

void RunDirectory::remove_half_written() {
  std::vector<fs::path> doomed;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory_)) {
    const std::string name = entry.path().filename();
    if (name.starts_with(kPrefix) && name.ends_with(kHalfWritten)) doomed.push_back(entry.path());
  }
  std::error_code ignored;
  for (const fs::path& path : doomed) fs::remove_all(path, ignored);
}

fs::path RunDirectory::draft_path(std::int64_t step, Writer writer) const {
  return directory_ / (version_name(step) + (writer == Writer::child ? ".child" : ".new") + std::string(kHalfWritten));
}

std::unique_ptr<io::DraftFolder> RunDirectory::draft(std::int64_t step, Writer writer) const {
  return role_ == Role::keeper ? std::make_unique<io::DraftFolder>(draft_path(step, writer)) : nullptr;
}

void RunDirectory::save(std::int64_t step, std::int64_t keep, const std::function<void(const fs::path&)>& write) {
  if (latest() == directory_ / version_name(step)) return;
  const std::unique_ptr<io::DraftFolder> folder = draft(step);
  write(folder->path());
  io::sync_folder(folder->path());
  place(*folder, step, keep);
}

void RunDirectory::place(const io::DraftFolder& draft, std::int64_t step, std::int64_t keep) {
  if (const auto there = latest(); there && *version_step(there->filename()) >= step) return;
  const fs::path version = directory_ / version_name(step);
  // A version of that number that `latest` does not name is what an earlier process had not finished.
  if (fs::exists(version)) remove_version(version);
  io::rename_folder(draft.path(), version);
  io::sync_folder(directory_);
  try {
    io::write_file(directory_ / "latest", version_name(step) + "\n");
  } catch (...) {
    remove_version(version);
    throw;
  }
  prune(step, keep);
}

void RunDirectory::prune(std::int64_t step, std::int64_t keep) {
  if (keep == 0) return;
  std::vector<std::int64_t> earlier = versions_in(directory_);
  std::erase_if(earlier, [&](std::int64_t other) { return other >= step; });
  const std::size_t stay = static_cast<std::size_t>(keep - 1);
  for (std::size_t i = 0; i + stay < earlier.size(); ++i) remove_version(directory_ / version_name(earlier[i]));
}

}  // namespace daybreak::training
