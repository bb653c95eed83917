#include "libcore/dataset/hdf5_writer.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/dataset/hdf5_handle.h"
#include "libcore/dataset/hdf5_types.h"
#include "libcore/io/hdf5_filters.h"

namespace daybreak::dataset {
namespace {

/// What the innermost entries of the error stack say.
struct Failure {
  std::string description;
  int error_number = 0;
};

herr_t look_at_entry(unsigned, const H5E_error2_t* entry, void* out) {
  auto& failure = *static_cast<Failure*>(out);
  if (entry->desc == nullptr) return 0;
  if (failure.description.empty()) failure.description = entry->desc;
  // "file write failed: time = ..., errno = 28, error message = ..."
  if (const char* found = std::strstr(entry->desc, "errno = "); found != nullptr && failure.error_number == 0)
    failure.error_number = std::atoi(found + std::strlen("errno = "));
  return 0;
}

std::size_t never_called(unsigned, std::size_t, const unsigned[], std::size_t, std::size_t*, void**) {
  return 0;
}

/// A registered filter's name goes into the file, for messages of readers that lack it. Chunks are encoded elsewhere;
/// whatever plugins are installed here have no part in the file.
void register_name(unsigned filter, const char* name) {
  const H5Z_class2_t kind{H5Z_CLASS_T_VERS, static_cast<H5Z_filter_t>(filter), 1, 1, name, nullptr, nullptr, never_called};
  H5Zregister(&kind);
}

/// The library must neither print nor flush at exit what could not be flushed before: after a full disk its own handler
/// would fail again and abort.
void prepare_library() {
  static const bool done = [] {
    H5dont_atexit();
    H5open();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    register_name(io::kHdf5Blosc, "blosc");
    register_name(io::kHdf5Daybreak, "daybreak");
    return true;
  }();
  static_cast<void>(done);
}

/// Up to here elements stand in the header of their dataset: one place on the disk, and no address.
constexpr std::uint64_t kCompactBytes = 512;
/// Up to here names of a group stand in its header; more are cheaper packed beside it, with an index.
constexpr unsigned kNamesInHeader = 24;

/// A name as virtual datasets have it: a '%' alone would begin a pattern.
std::string verbatim(const std::string& name) {
  std::string text;
  for (const char letter : name) text += letter == '%' ? "%%" : std::string(1, letter);
  return text;
}

std::vector<hsize_t> extents(const io::Shape& shape) {
  return {shape.begin(), shape.end()};
}

}  // namespace

void throw_hdf5_error(std::string_view doing, const std::string& path) {
  Failure failure;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, look_at_entry, &failure);
  H5Eclear2(H5E_DEFAULT);
  if (failure.error_number != 0) throw system_error("write", path, failure.error_number);
  throw Error(ExitStatus::io,
              "HDF5 cannot " + std::string(doing) + ": " +
                  (failure.description.empty() ? "no reason given" : failure.description),
              {}, path);
}

struct Hdf5Writer::State {
  std::string shown_as;
  Hdf5Handle file, dataset;
  io::ArrayInfo array;  // what `dataset` holds
  std::vector<Filter> filters;
  std::vector<io::Attribute> attributes;  // to be written by close()
  std::set<std::string> groups, datasets;

  void check(herr_t status, std::string_view doing) const {
    if (status < 0) throw_hdf5_error(doing, shown_as);
  }
  Hdf5Handle handle(hid_t id, Hdf5Handle::Close close, std::string_view doing) const {
    return {id, close, doing, shown_as};
  }
  Hdf5Handle space_of(const io::Shape& shape) const {
    const auto dims = extents(shape);
    return handle(
        shape.empty() ? H5Screate(H5S_SCALAR) : H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr),
        H5Sclose, "describe the shape of an array");
  }
  Hdf5Handle link_properties() const {
    Hdf5Handle links = handle(H5Pcreate(H5P_LINK_CREATE), H5Pclose, "make a name");
    check(H5Pset_char_encoding(links.get(), H5T_CSET_UTF8), "make a name");
    return links;
  }
  /// Groups before the last part of a name. Those that the library would make by itself would keep their time.
  void make_groups(const std::string& name) {
    for (std::size_t at = name.find('/'); at != std::string::npos; at = name.find('/', at + 1))
      make_group(name.substr(0, at));
  }
  void make_group(const std::string& name) {
    if (!groups.insert(name).second) return;
    // That it packs costs a group twenty bytes. Inputs of many arrays have them in the root or a group there.
    const bool packs = name.find('/') == std::string::npos;
    const Hdf5Handle made = handle(
        H5Gcreate2(file.get(), name.c_str(), link_properties().get(), creation(H5P_GROUP_CREATE, packs).get(), H5P_DEFAULT),
        H5Gclose, "create the group \"" + name + "\"");
  }
  /// Creation properties without times. packs: names of a large group, which repeat each other, are packed.
  Hdf5Handle creation(hid_t kind, bool packs = true) const {
    Hdf5Handle properties = handle(H5Pcreate(kind), H5Pclose, "describe an object");
    check(H5Pset_obj_track_times(properties.get(), false), "describe an object");
    if (kind == H5P_DATASET_CREATE) {
      // Without the hint a header has room for attributes, which few arrays have.
      check(H5Pset_dset_no_attrs_hint(properties.get(), true), "describe an object");
      return properties;
    }
    constexpr unsigned kDeepest = 9;
    check(H5Pset_link_phase_change(properties.get(), kNamesInHeader, kNamesInHeader), "describe an object");
    if (packs) check(H5Pset_deflate(properties.get(), kDeepest), "describe an object");
    return properties;
  }
  void create(const io::ArrayInfo& info, const Hdf5Handle& properties) {
    array = info;
    make_groups(info.name);
    datasets.insert(info.name);
    const Hdf5Handle type = stored_type(info.type, shown_as);
    const Hdf5Handle space = space_of(info.shape);
    const Hdf5Handle links = link_properties();
    dataset = handle(
        H5Dcreate2(file.get(), info.name.c_str(), type.get(), space.get(), links.get(), properties.get(), H5P_DEFAULT),
        H5Dclose, "create the array \"" + info.name + "\"");
  }
  /// The object that an attribute belongs to, a group that is new where there is none of that name.
  Hdf5Handle owner(const std::string& name) {
    if (!name.empty() && !datasets.contains(name)) {
      make_groups(name);
      make_group(name);
    }
    return handle(H5Oopen(file.get(), name.empty() ? "/" : name.c_str(), H5P_DEFAULT), H5Oclose,
                  "open \"" + name + "\"");
  }
  void put_attribute(const std::string& of, const std::string& name, const Hdf5Handle& type, const Hdf5Handle& space,
                     const void* data) {
    const Hdf5Handle object = owner(of);
    const Hdf5Handle properties = handle(H5Pcreate(H5P_ATTRIBUTE_CREATE), H5Pclose, "describe an attribute");
    check(H5Pset_char_encoding(properties.get(), H5T_CSET_UTF8), "describe an attribute");
    const Hdf5Handle made =
        handle(H5Acreate2(object.get(), name.c_str(), type.get(), space.get(), properties.get(), H5P_DEFAULT), H5Aclose,
               "create the attribute \"" + name + "\"");
    if (H5Sget_simple_extent_npoints(space.get()) == 0) return;
    check(H5Awrite(made.get(), type.get(), data), "write the attribute \"" + name + "\"");
  }
  void write(const io::Attribute& attribute) {
    // Text carries its length as the last extent: fixed-size strings, of which HDF5 wants at least one byte.
    if (!attribute.is_text) {
      put_attribute(attribute.owner, attribute.name, stored_type(attribute.type, shown_as), space_of(attribute.shape),
                    attribute.data.data());
      return;
    }
    const io::Shape shape(attribute.shape.begin(), attribute.shape.end() - 1);
    const std::size_t length = attribute.shape.back();
    const std::vector<std::byte> blank(io::element_count(shape, attribute.name), std::byte{0});
    put_attribute(attribute.owner, attribute.name, text_type(length, shown_as), space_of(shape),
                  length == 0 ? blank.data() : attribute.data.data());
  }
  /// By owner and name: headers grow with their attributes, and the same set in another order may take other room.
  void write_attributes() {
    std::stable_sort(attributes.begin(), attributes.end(), [](const io::Attribute& a, const io::Attribute& b) {
      return std::tie(a.owner, a.name) < std::tie(b.owner, b.name);
    });
    for (const io::Attribute& one : attributes) write(one);
    attributes.clear();
  }
};

Hdf5Writer::Hdf5Writer(const std::string& path, std::string shown_as) : state_(std::make_unique<State>()) {
  prepare_library();
  State& s = *state_;
  s.shown_as = std::move(shown_as);
  const Hdf5Handle access = s.handle(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "describe the file");
  // Fixed-array chunk indices and checksummed metadata, which 1.10 and later read.
  s.check(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_V110), "describe the file");
  // Addresses stay at 8 bytes: HDF5 1.10 damages what it copies between files whose addresses differ in length.
  // Space byte by byte: of blocks set aside for headers and for small arrays one ends as a hole.
  s.check(H5Pset_meta_block_size(access.get(), 0), "describe the file");
  s.check(H5Pset_small_data_block_size(access.get(), 0), "describe the file");
  const Hdf5Handle creation = s.creation(H5P_FILE_CREATE);
  s.file = s.handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose, "create the file");
}

Hdf5Writer::~Hdf5Writer() {
  // A file that was not closed is not worth a flush; closing after a full disk leaves the library in a state that
  // aborts.
  state_->dataset.release();
  state_->file.release();
}

void Hdf5Writer::begin_chunked(const io::ArrayInfo& array, const ChunkGrid& grid, std::vector<Filter> filters) {
  const Hdf5Handle properties = state_->creation(H5P_DATASET_CREATE);
  const auto chunk = extents(grid.chunk);
  state_->check(H5Pset_chunk(properties.get(), static_cast<int>(chunk.size()), chunk.data()),
                "describe the chunks of " + array.name);
  // Optional: writing never calls a filter, so this process needs no plugin; a reader does.
  for (const Filter& filter : filters)
    state_->check(H5Pset_filter(properties.get(), static_cast<H5Z_filter_t>(filter.id), H5Z_FLAG_OPTIONAL,
                                filter.parameters.size(), filter.parameters.data()),
                  "declare the filters of " + array.name);
  state_->filters = std::move(filters);
  state_->check(H5Pset_fill_time(properties.get(), H5D_FILL_TIME_NEVER), "describe the chunks of " + array.name);
  state_->create(array, properties);
  note_dtype(array);
}

void Hdf5Writer::write_chunk(const ChunkPlace& place, const Form& form, std::span<const std::byte> bytes) {
  const auto first = extents(place.first);
  state_->check(H5Dwrite_chunk(state_->dataset.get(), H5P_DEFAULT, filter_mask(form, state_->filters), first.data(),
                               bytes.size(), bytes.data()),
                "write a chunk of \"" + state_->array.name + "\"");
}

void Hdf5Writer::note_dtype(const io::ArrayInfo& array) {
  if (const std::string name = kept_dtype(array.type); !name.empty()) text_attribute(array.name, "dtype", name);
}

void Hdf5Writer::begin_contiguous(const io::ArrayInfo& array) {
  state_->create(array, state_->creation(H5P_DATASET_CREATE));
  note_dtype(array);
}

void Hdf5Writer::write_whole(const io::ArrayInfo& array, std::span<const std::byte> bytes) {
  const Hdf5Handle properties = state_->creation(H5P_DATASET_CREATE);
  if (bytes.size() <= kCompactBytes)
    state_->check(H5Pset_layout(properties.get(), H5D_COMPACT), "describe " + array.name);
  state_->create(array, properties);
  note_dtype(array);
  if (bytes.empty()) return;
  const Hdf5Handle type = stored_type(array.type, state_->shown_as);
  state_->check(H5Dwrite(state_->dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()),
                "write \"" + array.name + "\"");
}

void Hdf5Writer::write_mapped(const io::ArrayInfo& array, const std::vector<MappedRows>& files) {
  constexpr std::string_view kDoing = "describe a virtual dataset";
  const Hdf5Handle properties = state_->creation(H5P_DATASET_CREATE);
  std::vector<hsize_t> start(array.shape.size(), 0);
  auto count = extents(array.shape);
  for (const MappedRows& one : files) {
    io::Shape rows = array.shape;
    rows[0] = count[0] = one.rows;
    const Hdf5Handle here = state_->space_of(array.shape), there = state_->space_of(rows);
    state_->check(H5Sselect_hyperslab(here.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr), kDoing);
    state_->check(H5Pset_virtual(properties.get(), here.get(), verbatim(one.file).c_str(), verbatim(array.name).c_str(),
                                 there.get()),
                  kDoing);
    start[0] += one.rows;
  }
  state_->create(array, properties);
  note_dtype(array);
}

void Hdf5Writer::write_elements(const io::Shape& first, const ChunkGrid& grid, std::span<const std::byte> bytes) {
  const io::ArrayInfo& array = state_->array;
  auto extent = extents(grid.chunk);
  extent[grid.axis] = std::min<hsize_t>(grid.chunk[grid.axis], grid.shape[grid.axis] - first[grid.axis]);
  const auto start = extents(first);
  const Hdf5Handle type = stored_type(array.type, state_->shown_as);
  const Hdf5Handle target = state_->space_of(array.shape);
  state_->check(H5Sselect_hyperslab(target.get(), H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr),
                "select rows");
  const Hdf5Handle source = state_->space_of({bytes.size() / grid.element_bytes});
  state_->check(H5Dwrite(state_->dataset.get(), type.get(), source.get(), target.get(), H5P_DEFAULT, bytes.data()),
                "write \"" + array.name + "\"");
}

void Hdf5Writer::attribute(io::Attribute attribute) {
  state_->attributes.push_back(std::move(attribute));
}

void Hdf5Writer::text_attribute(std::string_view owner, std::string_view name, std::string_view value) {
  const auto bytes = std::as_bytes(std::span(value));
  attribute({std::string(owner), std::string(name), io::DType::u8, true, {value.size()}, {bytes.begin(), bytes.end()}});
}

void Hdf5Writer::integer_attribute(std::string_view owner, std::string_view name, std::uint64_t value) {
  const auto bytes = std::as_bytes(std::span(&value, 1));
  attribute({std::string(owner), std::string(name), io::DType::u64, false, {}, {bytes.begin(), bytes.end()}});
}

void Hdf5Writer::close() {
  state_->write_attributes();
  // An unflushed file that cannot be closed must not be closed again.
  const herr_t dataset = state_->dataset.open() ? H5Dclose(state_->dataset.release()) : 0;
  if (dataset < 0) throw_hdf5_error("close an array", state_->shown_as);
  state_->check(H5Fflush(state_->file.get(), H5F_SCOPE_LOCAL), "write the file");
  state_->check(H5Fclose(state_->file.release()), "close the file");
}

}  // namespace daybreak::dataset
