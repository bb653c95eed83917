#include "libcore/training/checked_folder.h"

#include <algorithm>
#include <utility>

#include "libcore/training/manifest.h"
#include "libcore/training/moments.h"

namespace daybreak::training {
namespace fs = std::filesystem;
namespace {

/// What nobody lists nobody compares, yet it would be read.
void require_listed(const fs::path& directory, const std::vector<ManifestEntry>& entries, CheckedFolder::Part part) {
  std::vector<std::string> needed{"config.json", "model.safetensors"};
  if (part == CheckedFolder::Part::all) needed.push_back(kStateFile);
  const auto require_one = [&](const std::string& what, const auto& is_it) {
    if (std::none_of(entries.begin(), entries.end(), is_it))
      throw data_error(manifest_path(directory),
                       "expected " + what + " among its files, found " + std::to_string(entries.size()) + " others",
                       kDamagedHint);
  };
  for (const std::string& name : needed)
    require_one(name, [&](const ManifestEntry& one) { return one.name == name; });
  if (part == CheckedFolder::Part::all)
    require_one("optimizer.safetensors", [](const ManifestEntry& one) { return is_moment_file(one.name); });
  // An index beside the weights would be read in their place.
  if (const fs::path index = directory / io::kSafetensorsIndex; fs::exists(index))
    throw data_error(index.string(), "expected the files of the manifest alone, found an index that would stand for its weights",
                     "remove it, or export the model to another folder");
}

}  // namespace

/// A file of tensors, and the hash of what has been seen of it.
struct CheckedFolder::Pending {
  explicit Pending(ManifestEntry entry) : told(std::move(entry)) {}

  ManifestEntry told;
  FileHash hash;
};

CheckedFolder::CheckedFolder(fs::path directory, Part part) : directory_(std::move(directory)) {
  if (part == Part::model && !has_manifest(directory_)) return;
  const std::vector<ManifestEntry> entries = read_manifest(directory_);
  require_listed(directory_, entries, part);
  for (const ManifestEntry& entry : entries) {
    if (part == Part::model && (is_moment_file(entry.name) || entry.name == kStateFile)) continue;
    if (entry.name.ends_with(".safetensors")) {
      require_size(io::InputFile((directory_ / entry.name).string()), entry);
      pending_.push_back(std::make_unique<Pending>(entry));
    } else {
      verify(directory_, entry);
    }
  }
}

CheckedFolder::CheckedFolder(CheckedFolder&&) noexcept = default;
CheckedFolder::~CheckedFolder() = default;

std::vector<std::string> CheckedFolder::moment_files() const {
  std::vector<std::string> names;
  for (const auto& one : pending_)
    if (is_moment_file(one->told.name)) names.push_back(one->told.name);
  return names;
}

void CheckedFolder::leave_out(const std::string& file) {
  std::erase_if(pending_, [&](const auto& one) { return one->told.name == file; });
}

void CheckedFolder::observe(const io::InputFile& file, std::uint64_t offset, std::span<const std::byte> bytes) {
  const std::string name = fs::path(file.name()).filename();
  const auto found =
      std::find_if(pending_.begin(), pending_.end(), [&](const auto& one) { return one->told.name == name; });
  if (found == pending_.end()) return;
  FileHash& hash = (*found)->hash;
  if (offset < hash.bytes()) return;  // seen before
  hash.add_until(file, offset);       // such as the header
  hash.add(bytes);
}

void CheckedFolder::compare() {
  for (const auto& one : pending_) {
    const io::InputFile file((directory_ / one->told.name).string());
    require_size(file, one->told);
    one->hash.add_until(file, file.size());
    require_hash(file, one->told, one->hash);
  }
}

}  // namespace daybreak::training
