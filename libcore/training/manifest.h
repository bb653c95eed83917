#pragma once
// Within this room: names of a checkpoint's files, their hashes, and what write_checkpoint() ends with.
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "libcore/dataset/hash.h"
#include "libcore/io/input_file.h"
#include "libcore/training/checkpoint.h"

namespace daybreak::training {

/// What to do about a checkpoint that differs from its manifest.
inline constexpr const char* kDamagedHint = "take an earlier checkpoint, or a copy of this one";
std::string manifest_path(const std::filesystem::path& directory);

/// Hashes every file of the folder into manifest.json. Errors: Error (cannot_create, io).
void write_manifest(const std::filesystem::path& directory);
/// The entries alone; no file is compared. Errors: Error (data, no_input).
std::vector<ManifestEntry> read_manifest(const std::filesystem::path& directory);

/// The hash of a file from its beginning.
class FileHash {
 public:
  std::uint64_t bytes() const { return bytes_; }
  /// What stands there next.
  void add(std::span<const std::byte> next);
  /// Reads what comes before byte `end`.
  void add_until(const io::InputFile& file, std::uint64_t end);
  std::string hex() const { return hash_.hex(); }

 private:
  dataset::Hash128 hash_;
  std::uint64_t bytes_ = 0;
};

/// Throws Error (data, naming the file) unless it is as the manifest has it.
void require_size(const io::InputFile& file, const ManifestEntry& told);
void require_hash(const io::InputFile& file, const ManifestEntry& told, const FileHash& found);
/// Both, of a file that is read for it.
void verify(const std::filesystem::path& directory, const ManifestEntry& told);

}  // namespace daybreak::training
