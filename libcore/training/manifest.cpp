// The list of a checkpoint's files with their hashes.
#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/dataset/hash.h"
#include "libcore/io/atomic_file.h"
#include "libcore/io/input_file.h"
#include "libcore/records/record_file.h"
#include "libcore/training/checkpoint.h"
#include "libcore/training/manifest.h"
#include "libcore/training/moments.h"

namespace daybreak::training {
namespace fs = std::filesystem;
namespace {

constexpr const char* kManifest = "manifest.json";
constexpr std::size_t kPiece = std::size_t{1} << 20;

ManifestEntry entry_of(const fs::path& path) {
  const io::InputFile file(path.string());
  dataset::Hash128 hash;
  std::vector<std::byte> piece(kPiece);
  for (std::uint64_t offset = 0; offset < file.size(); offset += kPiece) {
    const auto part = std::span(piece).first(std::min<std::uint64_t>(kPiece, file.size() - offset));
    file.read_at(offset, part);
    hash.add(part);
  }
  return {path.filename().string(), file.size(), hash.hex()};
}

/// Only a name within the folder: no path leads out of it.
std::string checked_name(const io::Json& name, const std::string& where) {
  const std::string text = name.as_string();
  if (text.empty() || text.starts_with('.') || text.find('/') != text.npos)
    throw data_error(where, "expected the name of a file of this folder, found '" + text + "'");
  return text;
}

std::vector<ManifestEntry> read_manifest(const fs::path& directory) {
  const std::string where = (directory / kManifest).string();
  const io::InputFile file(where);
  const io::Json document = io::Json::parse(file.text_at(0, file.size()), where);
  records::require_schema(document, kManifestSchema, where);
  std::vector<ManifestEntry> entries;
  for (const io::Json& one : document.at("files").as_array())
    entries.push_back({checked_name(one.at("name"), where), one.at("bytes").as_uint(), one.at("xxh3_128").as_string()});
  return entries;
}

void verify(const fs::path& directory, const ManifestEntry& told) {
  const ManifestEntry found = entry_of(directory / told.name);
  const std::string path = (directory / told.name).string(), hint = "take an earlier checkpoint, or a copy of this one";
  if (found.bytes != told.bytes)
    throw data_error(
        path,
        "expected " + std::to_string(told.bytes) + " bytes by manifest.json, found " + std::to_string(found.bytes),
        hint);
  if (found.xxh3_128 != told.xxh3_128)
    throw data_error(path,
                     "its bytes differ from those that were written: expected the hash " + told.xxh3_128 + ", found " +
                         found.xxh3_128,
                     hint);
}

}  // namespace

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
  io::write_file(directory / kManifest, document.dump(2) + "\n");
}

bool has_manifest(const fs::path& directory) {
  return fs::exists(directory / kManifest);
}

std::vector<ManifestEntry> verify_files(const fs::path& directory) {
  std::vector<ManifestEntry> entries = read_manifest(directory);
  for (const ManifestEntry& entry : entries) verify(directory, entry);
  return entries;
}

void verify_model(const fs::path& directory) {
  if (!has_manifest(directory)) return;
  for (const ManifestEntry& entry : read_manifest(directory))
    if (!is_moment_file(entry.name) && entry.name != kStateFile) verify(directory, entry);
}

}  // namespace daybreak::training
