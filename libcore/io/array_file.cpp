#include "libcore/io/array_file.h"

#include <array>
#include <filesystem>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/archive_reader.h"
#include "libcore/io/file_format.h"
#include "libcore/io/hdf5_reader.h"
#include "libcore/io/idx.h"
#include "libcore/io/netcdf.h"
#include "libcore/io/npy.h"
#include "libcore/io/npz.h"
#include "libcore/io/raw.h"
#include "libcore/io/safetensors.h"
#include "libcore/io/sample_folder.h"
#include "libcore/io/scratch_file.h"
#include "libcore/io/tar_samples.h"
#include "libcore/io/text_records.h"
#include "libcore/io/tokens.h"

namespace daybreak::io {
namespace {

using Input = std::shared_ptr<const InputFile>;

/// A format as --format names it; one of the two functions opens it.
struct Format {
  std::string_view name;
  ArrayFile (*open)(const Input& file) = nullptr;
  ArrayFile (*open_with)(const Input& file, const ReadOptions& options) = nullptr;
};

/// The HDF5 reader hands the descriptor on, so a part of another input gets a file of its own first.
ArrayFile open_own_hdf5(const Input& file) {
  if (!file->is_part()) return open_hdf5(file);
  ScratchWriter copy;
  std::vector<std::byte> block(std::size_t{1} << 18);
  for (std::uint64_t at = 0; at < file->size();) {
    const std::size_t got = file->read_some(at, block);
    copy.append(std::span(block).first(got));
    at += got;
  }
  return open_hdf5(copy.finish(file->name()));
}

constexpr std::array<Format, 13> kFormats{{
    {"npy", open_npy}, {"npz", open_npz}, {"idx", open_idx}, {"raw", nullptr, open_raw}, {"tokens", nullptr, open_tokens},
    {"llmc", open_llmc}, {"text", open_text}, {"csv", nullptr, open_csv}, {"jsonl", nullptr, open_jsonl},
    {"safetensors", open_safetensors}, {"hdf5", open_own_hdf5}, {"netcdf", open_netcdf}, {"bytes", open_bytes},
}};

ArrayFile open_as(std::string_view format, const Input& file, const ReadOptions& options) {
  for (const Format& known : kFormats)
    if (format == known.name) return known.open ? known.open(file) : known.open_with(file, options);
  return open_bytes(file);  // a tar within a tar
}

void check_format(const std::string& format) {
  std::string known = "auto, tar, webdataset, folder";
  for (const Format& entry : kFormats) {
    if (format == entry.name) return;
    known += ", " + std::string(entry.name);
  }
  const bool of_many = format == "auto" || format == "tar" || format == "webdataset" || format == "folder";
  if (!of_many) throw usage_error("unknown input format '" + format + "'", "use one of " + known);
}

std::vector<ArrayFile> open_tar(const Input& shard, const ReadOptions& options, bool given) {
  std::vector<ArrayFile> files;
  for (ArchiveMember& member : unpack_archive(shard, ArchiveKind::tar)) {
    const std::string format = given ? options.format : guess_format(*member.file, options);
    files.push_back(open_as(format, member.file, options));
  }
  return files;
}

template <class... Files>
std::vector<ArrayFile> listed(Files... files) {
  std::vector<ArrayFile> list;
  (list.push_back(std::move(files)), ...);
  return list;
}

bool holds_model(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".safetensors") || name.ends_with(".safetensors.index.json")) return true;
  }
  return false;
}

std::vector<ArrayFile> open_folder(const std::string& path, const std::string& format) {
  if (format == "safetensors") return listed(open_safetensors_shards(path));
  if (format != "auto" && format != "folder")
    throw usage_error(path + " is a folder, which --input-format " + format + " does not read",
                      "name its files, or leave out --input-format for a folder of samples or a model");
  const bool model = format == "auto" && holds_model(path);
  return listed(model ? open_safetensors_shards(path) : open_sample_folder(path, format == "folder"));
}

}  // namespace

std::vector<ArrayFile> open_arrays(const std::string& path, const ReadOptions& options) {
  check_format(options.format);
  const bool automatic = options.format == "auto";
  std::error_code unreachable;  // is told where the file is opened
  if (path != "-" && std::filesystem::is_directory(path, unreachable)) return open_folder(path, options.format);
  if (options.format == "folder") throw usage_error(path + " is no folder, as --input-format folder wants it");
  if (path.ends_with(".safetensors.index.json") && (automatic || options.format == "safetensors"))
    return listed(open_safetensors_shards(path));
  Input file = std::make_shared<const InputFile>(path, options.stop);
  const std::string found = guess_format(*file, options);
  // A format that is given for a tar shard is that of its members, unless the shard itself shall be the array.
  const bool whole = options.format == "raw" || options.format == "text" || options.format == "bytes";
  if (options.format == "webdataset" || (automatic && found == "tar" && is_sample_shard(*file)))
    return listed(open_tar_samples(file));
  if (options.format == "tar" || (found == "tar" && !whole)) return open_tar(file, options, !automatic && options.format != "tar");
  return listed(open_as(automatic ? found : options.format, file, options));
}

}  // namespace daybreak::io
