#include "libcore/io/hdf5_mapped.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <list>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/beneath.h"
#include "libcore/io/hdf5_chunks.h"
#include "libcore/io/hdf5_source.h"

namespace daybreak::io {
namespace {

/// What tells that a file is not the one that was parsed.
using Stamp = std::array<std::int64_t, 5>;  // device and inode first

Stamp stamp_of(const InputFile& file) {
  struct stat found {};
  if (fstat(file.descriptor(), &found) != 0) return {};
  return {static_cast<std::int64_t>(found.st_dev), static_cast<std::int64_t>(found.st_ino), found.st_size,
          found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

/// One of the other files, which need not be open.
struct Part {
  MappedFile file;
  Stamp stamp;
  std::vector<std::shared_ptr<const Hdf5Dataset>> datasets;
  std::map<std::string_view, std::size_t> by_path;  // their numbers
  std::size_t first_number = 0;  // of its arrays in the cache that all share
};

/// Bytes of an array that stand in a part.
struct Segment {
  std::uint64_t begin = 0;  // within the array
  std::size_t part = 0, dataset = 0;
  std::uint64_t from = 0;  // within the part's
};

}  // namespace

struct MappedFiles::State {
  State(const InputFile& file, std::int64_t thread_count)
      : name(file.name()), folder(file.path()), own(stamp_of(file)), stop(file.stop()), threads(thread_count),
        cache(hdf5_chunk_cache()) {}

  const std::string name;
  const Folder folder;
  const Stamp own;
  const StopToken* const stop;  // may be none
  const std::int64_t threads;
  const std::shared_ptr<Hdf5ChunkCache> cache;
  std::vector<Part> parts;
  std::map<std::string, std::size_t> by_path;
  std::size_t numbers = 0;
  std::mutex mutex;
  std::list<std::pair<std::size_t, std::shared_ptr<const InputFile>>> open;  // the one used last in front

  std::shared_ptr<const InputFile> open_file(const MappedFile& file) const {
    try {
      return std::make_shared<const InputFile>(file.name, folder.open_beneath(file.path, file.name));
    } catch (const Error& failure) {
      throw Error(failure.status(), failure.message(), "rows of " + name + " stand in it: bring it back, or join the parts again",
                  failure.where());
    }
  }

  std::size_t part(const std::string& path) {
    const auto known = by_path.find(path);
    if (known != by_path.end()) return known->second;
    if (stop != nullptr) stop->check();
    Part one;
    one.file.path = path;
    one.file.name = folder.name_of(path, name);
    const std::shared_ptr<const InputFile> file = open_file(one.file);
    one.file.bytes = file->size();
    one.stamp = stamp_of(*file);
    if (std::equal(own.begin(), own.begin() + 2, one.stamp.begin()))
      throw data_error(name, "maps rows of its own file, which is not followed", "map the files where the rows stand");
    Hdf5Table table = read_hdf5_table(*file);
    for (Hdf5Dataset& dataset : table.datasets) {
      one.datasets.push_back(std::make_shared<const Hdf5Dataset>(std::move(dataset)));
      one.by_path.emplace(one.datasets.back()->path, one.datasets.size() - 1);
    }
    for (Attribute& attribute : table.attributes)
      if (attribute.owner.empty()) one.file.attributes.push_back(std::move(attribute));
    one.first_number = std::exchange(numbers, numbers + one.datasets.size());
    parts.push_back(std::move(one));
    by_path.emplace(path, parts.size() - 1);
    return parts.size() - 1;
  }

  /// The number of the dataset in the part.
  std::size_t dataset(std::size_t part, const Hdf5Mapping& mapping, const Shape& shape, DType kept) const {
    const Part& from = parts[part];
    const auto at = from.by_path.find(mapping.dataset);
    const auto fail = [&](const std::string& what) {
      throw data_error(from.file.name, "dataset '" + mapping.dataset + "' " + what,
                       "was it changed after " + name + " was joined? then join the parts again");
    };
    if (at == from.by_path.end()) fail("is missing, but " + name + " maps its rows");
    const std::shared_ptr<const Hdf5Dataset>& found = from.datasets[at->second];
    if (found->storage == Hdf5Storage::mapped)
      throw data_error(from.file.name, "dataset '" + mapping.dataset + "' is virtual itself, which is not followed",
                       "map the files where the rows stand");
    check_readable(*found, from.file.name);
    Shape wanted = shape;
    wanted[0] = mapping.source_row + mapping.rows;
    Shape alike = found->shape;
    const bool enough = !alike.empty() && (mapping.all ? alike[0] == wanted[0] : alike[0] >= wanted[0]);
    if (enough) alike[0] = wanted[0];
    if (found->type != kept || !enough || alike != wanted)
      fail("is " + type_and_shape({"", found->type, found->shape}) + ", but " + name + " maps its rows up to " +
           type_and_shape({"", kept, wanted}));
    return at->second;
  }

  void read(const Segment& segment, std::uint64_t offset, std::span<std::byte> out) {
    const Part& from = parts[segment.part];
    const std::size_t number = from.first_number + segment.dataset;
    hdf5_source(opened(segment.part), from.datasets[segment.dataset], threads, cache, number)->read(offset, out);
  }

  /// The part's file, which is opened again where it was closed for others.
  std::shared_ptr<const InputFile> opened(std::size_t part) {
    const std::lock_guard lock(mutex);
    const auto at = std::find_if(open.begin(), open.end(), [&](const auto& one) { return one.first == part; });
    if (at != open.end()) {
      open.splice(open.begin(), open, at);
      return at->second;
    }
    const Part& from = parts[part];
    const std::shared_ptr<const InputFile> file = open_file(from.file);
    if (stamp_of(*file) != from.stamp)
      throw data_error(from.file.name, "changed while " + name + " was read", "try again when nobody writes it");
    open.emplace_front(part, file);
    if (open.size() > kOpenMappedFiles) open.pop_back();
    return file;
  }
};

namespace {

template <class State>
class MappedSource final : public ArraySource {
 public:
  MappedSource(std::shared_ptr<State> state, ArrayInfo info, std::vector<Segment> segments)
      : state_(std::move(state)), info_(std::move(info)), segments_(std::move(segments)) {}

  const ArrayInfo& info() const override { return info_; }

  void read(std::uint64_t offset, std::span<std::byte> out) const override {
    const std::uint64_t bytes = info_.bytes();
    if (offset > bytes || out.size() > bytes - offset)
      throw Error(ExitStatus::bug, "a read past the end of an array", {}, state_->name + ": " + info_.name);
    for (auto at = segment_of(offset); !out.empty(); ++at) {
      const auto behind = std::next(at);
      const std::uint64_t end = behind == segments_.end() ? bytes : behind->begin;
      const auto now = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), end - offset)));
      state_->read(*at, at->from + (offset - at->begin), now);
      offset += now.size();
      out = out.subspan(now.size());
    }
  }

  std::string file_of(std::uint64_t offset) const override {
    return offset < info_.bytes() ? state_->parts[segment_of(offset)->part].file.name : std::string();
  }

 private:
  std::vector<Segment>::const_iterator segment_of(std::uint64_t offset) const {
    return std::prev(std::upper_bound(segments_.begin(), segments_.end(), offset,
                                      [](std::uint64_t value, const Segment& one) { return value < one.begin; }));
  }

  std::shared_ptr<State> state_;
  ArrayInfo info_;
  std::vector<Segment> segments_;
};

}  // namespace

MappedFiles::MappedFiles(const InputFile& file, std::int64_t threads) {
  if (file.path().empty())
    throw data_error(file.name(), "holds virtual datasets, whose rows stand in other files, but lies in no folder itself",
                     "name the file by its path, beside the others");
  state_ = std::make_shared<State>(file, threads);
}

MappedFiles::~MappedFiles() = default;

std::unique_ptr<ArraySource> MappedFiles::source(const Hdf5Dataset& dataset, DType kept) {
  const std::uint64_t row_bytes = dataset.shape[0] == 0 ? 0 : dataset.bytes() / dataset.shape[0];
  std::vector<Segment> segments;
  for (const Hdf5Mapping& mapping : dataset.mappings) {
    const std::size_t part = state_->part(mapping.file);
    const std::size_t number = state_->dataset(part, mapping, dataset.shape, kept);
    segments.push_back({mapping.first_row * row_bytes, part, number, mapping.source_row * row_bytes});
  }
  return std::make_unique<MappedSource<State>>(state_, ArrayInfo{dataset.path, dataset.type, dataset.shape},
                                               std::move(segments));
}

std::vector<MappedFile> MappedFiles::files() const {
  std::vector<MappedFile> files;
  for (const Part& part : state_->parts) files.push_back(part.file);
  return files;
}

void check_readable(const Hdf5Dataset& dataset, const std::string& file) {
  const std::string where = file + ": dataset '" + dataset.path + "'";
  if (!dataset.unsupported.empty())
    throw data_error(where, "holds " + dataset.unsupported + ", which cannot be read here",
                     "copy the other datasets to a file of their own, for instance with h5copy");
  if (const std::string filter = undecodable_filter(dataset); !filter.empty())
    throw data_error(where, "uses " + filter + ", which cannot be decoded here",
                     "write it again without that filter, for instance with h5repack -f GZIP=6");
}

}  // namespace daybreak::io
