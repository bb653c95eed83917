#include "libcore/dataset/restore.h"

#include <set>

#include "libcore/base/error.h"
#include "libcore/dataset/check.h"
#include "libcore/dataset/folder.h"
#include "libcore/dataset/hash.h"
#include "libcore/dataset/originals.h"
#include "libcore/dataset/restore_values.h"
#include "libcore/io/atomic_file.h"

namespace daybreak::dataset {
namespace fs = std::filesystem;
namespace {

Error refused(const fs::path& path, std::string message, std::string hint) {
  return {ExitStatus::cannot_create, std::move(message), std::move(hint), path.string()};
}

/// Every folder between the target folder and the file is a folder or absent, never a link that leads elsewhere.
void check_way(const fs::path& folder, const fs::path& target, bool force) {
  fs::path here = folder;
  const fs::path inside = target.lexically_relative(folder);
  for (auto part = inside.begin(); part != inside.end(); ++part) {
    here /= *part;
    std::error_code failure;
    const fs::file_status status = fs::symlink_status(here, failure);
    if (status.type() == fs::file_type::none) throw system_error("create", here.string(), failure.value());
    if (!fs::exists(status)) return;
    if (fs::is_symlink(status))
      throw refused(here, "is a symbolic link, and nothing is restored through one", "restore into an empty folder");
    const bool last = std::next(part) == inside.end();
    if (!last && !fs::is_directory(status)) throw refused(here, "is no folder", "restore into an empty folder");
    if (last && !fs::is_regular_file(status))
      throw refused(here, "exists and is no regular file", "restore into an empty folder");
    if (last && !force) throw refused(here, "exists already", "use --force to replace it, or another folder");
  }
}

/// Where the original has no hash, that of every chunk of its arrays says as much.
void check_by_chunks(const Archive& archive, const KeptInput& input, const Surroundings& around) {
  if (!input.xxh3.empty()) return;
  for (std::size_t i = input.first_array; i < input.first_array + input.array_count; ++i) check_array(archive, i, around);
  const std::size_t last = archive.layout().arrays.size() - 1;
  if (archive.layout().arrays[last].info.name == kLiterals) check_array(archive, last, around);
}

void restore_bytes(const Archive& archive, const KeptInput& input, const fs::path& target, const Surroundings& around) {
  io::AtomicFile file(target);
  Hash128 hash;
  write_original(archive, input, [&](std::span<const std::byte> bytes) {
    around.stop.check();
    hash.add(bytes);
    file.write(bytes);
    around.progress.advance(bytes.size());
  });
  if (!input.xxh3.empty() && hash.hex() != input.xxh3)
    throw data_error(archive.reader().name(), "\"" + input.name + "\" does not match its hash",
                     "the file is damaged; fetch or write it again");
  file.commit();
}

void make_folder(const fs::path& target) {
  std::error_code failure;
  if (target.has_parent_path()) fs::create_directories(target.parent_path(), failure);
  if (failure) throw system_error("create", target.parent_path().string(), failure.value());
}

}  // namespace

fs::path restored_path(const fs::path& folder, const KeptInput& input) {
  fs::path name = folder / input.name;
  if (input.pieces || !input.decoded_by.empty()) return name;
  if (input.format == "npz") return name.extension() == ".npz" ? name : name += ".npz";
  return name.extension() == ".h5" || name.extension() == ".hdf5" ? name : name += ".h5";
}

void check_targets(const Archive& archive, const fs::path& folder, bool force) {
  std::set<fs::path> targets;
  for (const KeptInput& input : archive.layout().inputs) {
    const fs::path target = restored_path(folder, input);
    if (!targets.insert(target).second)
      throw refused(target, "two originals have this name", "the file was not written by this tool");
    if (input.pieces && input.format == "folder") {
      for (const std::string& name : folder_names(archive, input))
        if (!targets.insert(target / name).second)
          throw refused(target / name, "two originals have this name", "the file was not written by this tool");
        else
          check_way(folder, target / name, force);
    } else {
      check_way(folder, target, force);
    }
  }
}

void restore_text_file(const fs::path& target, std::string_view text) {
  make_folder(target);
  io::write_file(target, text);
}

void restore_input(const Archive& archive, const KeptInput& input, const fs::path& folder, const Surroundings& around) {
  const fs::path target = restored_path(folder, input);
  make_folder(target);
  if (input.pieces) check_by_chunks(archive, input, around);
  if (input.pieces && input.format == "folder")
    restore_folder(archive, input, target, around);
  else if (input.pieces)
    restore_bytes(archive, input, target, around);
  else if (input.format == "npz")
    restore_npz(archive, input, target, around);
  else
    restore_hdf5(archive, input, target, around);
}

}  // namespace daybreak::dataset
