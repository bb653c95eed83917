// The list of a checkpoint's files with their hashes.
#include <algorithm>

#include "libcore/base/described.h"
#include "libcore/base/error.h"
#include "libcore/io/atomic_file.h"
#include "libcore/io/input_file.h"
#include "libcore/records/record_file.h"
#include "libcore/training/checkpoint.h"
#include "libcore/training/manifest.h"

namespace daybreak::training {
namespace fs = std::filesystem;
namespace {

constexpr const char* kManifest = "manifest.json";
constexpr std::size_t kPiece = std::size_t{1} << 20;

ManifestEntry entry_of(const fs::path& path) {
  const io::InputFile file(path.string());
  FileHash hash;
  hash.add_until(file, file.size());
  return {path.filename().string(), file.size(), hash.hex()};
}

/// Only a name within the folder: no path leads out of it.
ManifestEntry entry_of(const io::Json& one, const std::string& where) {
  const std::string& name = records::member(one, "name", &io::Json::as_string, where);
  if (name.empty() || name.starts_with('.') || name.find('/') != name.npos)
    throw data_error(where, "expected the name of a file of this folder, found '" + name + "'");
  return {name, records::member(one, "bytes", &io::Json::as_uint, where),
          records::member(one, "xxh3_128", &io::Json::as_string, where)};
}

}  // namespace

std::string manifest_path(const fs::path& directory) {
  return (directory / kManifest).string();
}

std::vector<ManifestEntry> read_manifest(const fs::path& directory) {
  const std::string where = manifest_path(directory);
  return described(where, kDamagedHint, [&] {
    const io::InputFile file(where);
    const io::Json document = io::Json::parse(file.text_at(0, file.size()), where);
    records::require_schema(document, kManifestSchema, where);
    std::vector<ManifestEntry> entries;
    for (const io::Json& one : records::member(document, "files", &io::Json::as_array, where))
      entries.push_back(entry_of(one, where));
    return entries;
  });
}

void FileHash::add(std::span<const std::byte> next) {
  hash_.add(next);
  bytes_ += next.size();
}

void FileHash::add_until(const io::InputFile& file, std::uint64_t end) {
  std::vector<std::byte> piece(std::min<std::uint64_t>(kPiece, end - std::min(bytes_, end)));
  while (bytes_ < end) {
    const auto part = std::span(piece).first(std::min<std::uint64_t>(piece.size(), end - bytes_));
    file.read_at(bytes_, part);
    add(part);
  }
}

void require_size(const io::InputFile& file, const ManifestEntry& told) {
  if (file.size() == told.bytes) return;
  throw data_error(
      file.name(),
      "expected " + std::to_string(told.bytes) + " bytes by manifest.json, found " + std::to_string(file.size()),
      kDamagedHint);
}

void require_hash(const io::InputFile& file, const ManifestEntry& told, const FileHash& found) {
  const std::string hash = found.hex();
  if (hash == told.xxh3_128) return;
  throw data_error(
      file.name(),
      "its bytes differ from those that were written: expected the hash " + told.xxh3_128 + ", found " + hash,
      kDamagedHint);
}

void write_manifest(const fs::path& directory) {
  std::vector<fs::path> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory))
    if (entry.path().filename() != kManifest) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  io::Json document;
  document["schema"] = kManifestSchema;
  document["files"] = io::Json::array();
  for (const fs::path& path : paths) {
    const ManifestEntry found = entry_of(path);
    io::Json one;
    one["name"] = found.name;
    one["bytes"] = found.bytes;
    one["xxh3_128"] = found.xxh3_128;
    document["files"].push_back(std::move(one));
  }
  io::write_file(manifest_path(directory), document.dump(2) + "\n");
}

bool has_manifest(const fs::path& directory) {
  return fs::exists(manifest_path(directory));
}

void verify(const fs::path& directory, const ManifestEntry& told) {
  const io::InputFile file((directory / told.name).string());
  require_size(file, told);
  FileHash hash;
  hash.add_until(file, file.size());
  require_hash(file, told, hash);
}

std::vector<ManifestEntry> verify_files(const fs::path& directory) {
  std::vector<ManifestEntry> entries = read_manifest(directory);
  for (const ManifestEntry& entry : entries) verify(directory, entry);
  return entries;
}

}  // namespace daybreak::training
