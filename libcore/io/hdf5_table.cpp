#include "libcore/io/hdf5_table.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/beneath.h"
#include "libcore/io/hdf5_filters.h"
#include "libcore/io/hdf5_wire.h"

namespace daybreak::io {
namespace {

constexpr std::size_t kMostAxes = 32, kMostFilters = 32;  // HDF5's own limits
constexpr std::uint64_t kSmallChunk = 1 << 20;  // may be allocated whatever the file says
constexpr std::size_t kLongestName = 4096;
constexpr std::uint64_t kMostRows = std::uint64_t{1} << 62;
constexpr std::uint64_t kMostChunkBytes = (std::uint64_t{1} << 32) - 1;

/// Of one filter. deflate reaches 1032; zstd within Blosc gives 128 KiB for 4 bytes, a frame of ours 256 MiB for 28.
std::uint64_t most_growth(std::uint16_t filter) {
  switch (filter) {
    case kHdf5Deflate: return 1040;
    case kHdf5Lzf: return 88;  // 264 bytes by three
    case kHdf5Blosc:
    case kHdf5Zstd: return 1 << 16;
    case kHdf5Daybreak: return 1 << 24;
    default: return 1;
  }
}

/// How many times its stored size a chunk can be at most, 0 where a filter is not known here: a small file must not ask
/// for gigabytes.
std::uint64_t most_growth(const std::vector<Hdf5Filter>& filters) {
  std::uint64_t growth = 1;
  for (const Hdf5Filter& filter : filters) {
    if (!is_known_filter(filter.id)) return 0;
    growth = std::min(growth * most_growth(filter.id), kMostChunkBytes);
  }
  return growth;
}

/// Checks one table against its file. Whatever the child says may be a lie of the file's author.
class Checker {
 public:
  Checker(const std::string& file, std::uint64_t file_bytes) : file_(file), file_bytes_(file_bytes) {}

  void check(const Hdf5Table& table) {
    for (const Hdf5Dataset& dataset : table.datasets) check(dataset);
    for (const Attribute& attribute : table.attributes) check(attribute);
    for (const std::string& note : table.notes) check_name(note, "a note");
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw data_error(where_, what, "the file is damaged or hostile");
  }

  void check_name(const std::string& text, const char* kind) {
    where_ = file_;
    const auto control = [](char letter) { return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f; };
    if (text.empty() || text.size() > kLongestName || std::any_of(text.begin(), text.end(), control))
      fail(std::string("the name of ") + kind + " is empty, longer than " + std::to_string(kLongestName) +
           " bytes or has control characters");
  }

  void check(const Hdf5Dataset& dataset) {
    check_name(dataset.path, "a dataset");
    if (!names_.insert(dataset.path).second) fail("two datasets are called '" + dataset.path + "'");
    where_ = file_ + ": dataset '" + dataset.path + "'";
    if (dataset.shape.size() > kMostAxes) fail("has more than 32 axes");
    if (!dataset.unsupported.empty()) return;
    element_count(dataset.shape, where_);
    const std::size_t width = dtype_bytes(dataset.type);
    if (!dataset.fill.empty() && dataset.fill.size() != width) fail("has a fill value of another type");
    if (dataset.storage == Hdf5Storage::compact && dataset.inline_bytes.size() != dataset.bytes())
      fail("holds " + std::to_string(dataset.inline_bytes.size()) + " bytes, but its shape has " +
           std::to_string(dataset.bytes()));
    if (dataset.storage == Hdf5Storage::contiguous && dataset.address != kHdf5Nowhere)
      claim(dataset.address, dataset.bytes());
    if (dataset.storage == Hdf5Storage::chunked)
      check_chunks(dataset, width);
    else if (dataset.storage == Hdf5Storage::mapped)
      check_mappings(dataset);
    if (dataset.storage == Hdf5Storage::chunked) return;
    if (!dataset.chunks.empty())
      fail("lists chunks, but is not stored in chunks");
  }

  /// Bytes of the file that belong to one dataset alone, so that no small file can stand for endless data.
  void claim(std::uint64_t address, std::uint64_t bytes) {
    if (address > file_bytes_ || bytes > file_bytes_ - address)
      fail("needs bytes " + std::to_string(address) + " to " + std::to_string(address + bytes) + ", but the file has " +
           std::to_string(file_bytes_));
    claimed_bytes_ += bytes;
    if (claimed_bytes_ > file_bytes_) fail("uses bytes of the file that belong to other data too");
  }

  void check_chunks(const Hdf5Dataset& dataset, std::size_t width) {
    if (dataset.shape.empty() || dataset.chunk_shape.size() != dataset.shape.size())
      fail("has chunks of " + std::to_string(dataset.chunk_shape.size()) + " axes, but " +
           std::to_string(dataset.shape.size()) + " axes itself");
    std::uint64_t chunk_bytes = width;
    for (const std::uint64_t extent : dataset.chunk_shape) {
      if (extent == 0 || extent > kMostChunkBytes / chunk_bytes) fail("has empty chunks or chunks above 4 GiB");
      chunk_bytes *= extent;
    }
    if (dataset.filters.size() > kMostFilters) fail("has more than 32 filters");
    const std::uint64_t cells = element_count(dataset.grid(), where_);
    const std::uint64_t growth = most_growth(dataset.filters);
    const std::uint32_t all = dataset.filters.empty() ? 0 : ~std::uint32_t{0} >> (kMostFilters - dataset.filters.size());
    for (std::size_t k = 0; k < dataset.chunks.size(); ++k) {
      const Hdf5Chunk& chunk = dataset.chunks[k];
      if (chunk.index >= cells) fail("has a chunk outside its shape");
      if (k > 0 && chunk.index <= dataset.chunks[k - 1].index) fail("has its chunks twice or out of order");
      if (chunk.stored_bytes == 0) fail("has a chunk without bytes");
      if ((chunk.filter_mask & all) == all && chunk.stored_bytes != chunk_bytes)
        fail("has an unfiltered chunk of " + std::to_string(chunk.stored_bytes) + " bytes, expected " +
             std::to_string(chunk_bytes));
      if (growth != 0 && chunk_bytes > kSmallChunk && chunk_bytes / growth > chunk.stored_bytes)
        fail("has a chunk of " + std::to_string(chunk.stored_bytes) + " bytes, which cannot unpack to " +
             std::to_string(chunk_bytes));
      claim(chunk.address, chunk.stored_bytes);
    }
  }

  /// All rows in order, each of them once, out of rows that no other row is mapped to: no small file stands for endless
  /// data, and none leads outside its folder.
  void check_mappings(const Hdf5Dataset& dataset) {
    if (dataset.shape.empty()) fail("is virtual, but has no rows");
    std::uint64_t row = 0;
    for (const Hdf5Mapping& mapping : dataset.mappings) {
      if (mapping.file == ".") fail("is a virtual dataset that maps rows of its own file, which is not followed");
      if (!is_path_beneath(mapping.file))
        fail("is a virtual dataset of a file whose path is absolute, leads outside the folder or has unusual characters");
      if (mapping.dataset.empty() || mapping.dataset.size() > kLongestName) fail("is a virtual dataset of one without a name");
      if (mapping.first_row != row || mapping.rows == 0 || mapping.rows > dataset.shape[0] - row)
        fail("is a virtual dataset that does not map all of its rows once: found a mapping from row " + std::to_string(mapping.first_row) +
             " on, expected one from row " + std::to_string(row) + " on");
      row += mapping.rows;
      if (mapping.source_row > kMostRows) fail("is a virtual dataset of rows behind the end of any other");
      mapped_files_.insert(mapping.file);
      if (mapped_files_.size() > kMostMappedFiles)
        fail("is a virtual dataset, and rows of the file stand in more than " + std::to_string(kMostMappedFiles) + " others");
      std::uint64_t& free = mapped_[{mapping.file, mapping.dataset}];
      if (mapping.source_row < free) fail("is a virtual dataset that takes rows of another file twice, or not in their order");
      free = mapping.source_row + mapping.rows;
    }
    if (row != dataset.shape[0])
      fail("is a virtual dataset that does not map all of its rows once: rows " + std::to_string(row) + " to " + std::to_string(dataset.shape[0]) +
           " stand nowhere");
  }

  void check(const Attribute& attribute) {
    check_name(attribute.name, "an attribute");
    if (!attribute.owner.empty()) check_name(attribute.owner, "an attribute's owner");
    where_ = file_ + ": attribute '" + attribute.name + "'";
    if (attribute.shape.size() > kMostAxes + 1) fail("has more than 32 axes");
    if (attribute.is_text && (attribute.type != DType::u8 || attribute.shape.empty())) fail("is text of another type");
    if (element_count(attribute.shape, where_) * dtype_bytes(attribute.type) != attribute.data.size())
      fail("holds another number of bytes than its shape has");
  }

  const std::string& file_;
  std::uint64_t file_bytes_, claimed_bytes_ = 0;
  std::string where_;
  std::set<std::string> names_, mapped_files_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> mapped_;  // files and datasets: rows up to here are taken
};

/// Text of HDF5 may quote names out of the file.
std::string printable(std::string text) {
  constexpr std::size_t kLongestMessage = 300;
  text.resize(std::min(text.size(), kLongestMessage));
  for (char& letter : text)
    if (letter < 0x20 || letter > 0x7e) letter = '?';
  return text;
}

Hdf5Table items_of(Hdf5WireReader& reader, const std::string& name) {
  Hdf5Table table;
  for (reader.magic();;) {
    switch (reader.tag()) {
      case Hdf5Tag::dataset: table.datasets.push_back(reader.dataset()); break;
      case Hdf5Tag::attribute: table.attributes.push_back(reader.attribute()); break;
      case Hdf5Tag::note: table.notes.push_back(reader.text()); break;
      case Hdf5Tag::fault:
        throw data_error(name, "HDF5 cannot read this file: " + printable(reader.text()),
                         "the file is damaged, or no HDF5 file");
      case Hdf5Tag::end:
        if (!reader.at_end()) throw data_error(name, "HDF5's parser gave more than a table");
        return table;
      default: throw data_error(name, "HDF5's parser gave a table with an unknown item");
    }
  }
}

}  // namespace

std::uint64_t Hdf5Dataset::bytes() const {
  return element_count(shape, path) * dtype_bytes(type);
}

std::uint64_t Hdf5Dataset::chunk_bytes() const {
  return element_count(chunk_shape, path) * dtype_bytes(type);
}

Shape Hdf5Dataset::grid() const {
  Shape cells(shape.size());
  for (std::size_t k = 0; k < cells.size(); ++k)
    cells[k] = shape[k] / chunk_shape[k] + (shape[k] % chunk_shape[k] != 0 ? 1 : 0);
  return cells;
}

const Hdf5Chunk* Hdf5Dataset::find(std::uint64_t index) const {
  const auto found = std::lower_bound(chunks.begin(), chunks.end(), index,
                                      [](const Hdf5Chunk& chunk, std::uint64_t wanted) { return chunk.index < wanted; });
  return found != chunks.end() && found->index == index ? &*found : nullptr;
}

Hdf5Table parse_hdf5_table(std::span<const std::byte> bytes, const std::string& name, std::uint64_t file_bytes) {
  Hdf5WireReader reader(bytes, name);
  Hdf5Table table = items_of(reader, name);
  Checker(name, file_bytes).check(table);
  return table;
}

}  // namespace daybreak::io
