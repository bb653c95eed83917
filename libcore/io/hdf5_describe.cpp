#include <hdf5.h>

#include <array>

#include "libcore/io/hdf5_handle.h"
#include "libcore/io/hdf5_types.h"
#include "libcore/io/hdf5_walk.h"

namespace daybreak::io {
namespace {

constexpr std::uint64_t kMostCompactBytes = 1 << 16;

Shape shape_of(hid_t space) {
  std::array<hsize_t, H5S_MAX_RANK> extents{};
  const int axes = hdf5_check(H5Sget_simple_extent_ndims(space), "read a shape");
  hdf5_check(H5Sget_simple_extent_dims(space, extents.data(), nullptr), "read a shape");
  return {extents.begin(), extents.begin() + axes};
}

std::vector<std::byte> fill_of(hid_t creation, hid_t type) {
  H5D_fill_value_t status = H5D_FILL_VALUE_UNDEFINED;
  hdf5_check(H5Pfill_value_defined(creation, &status), "read a fill value");
  if (status != H5D_FILL_VALUE_USER_DEFINED) return {};
  std::vector<std::byte> value(H5Tget_size(type));
  hdf5_check(H5Pget_fill_value(creation, type, value.data()), "read a fill value");
  return value;
}

std::vector<Hdf5Filter> filters_of(hid_t creation) {
  constexpr std::size_t kMostClientValues = 255;  // more than that, HDF5 takes for a mistake
  std::vector<Hdf5Filter> filters;
  const int count = hdf5_check(H5Pget_nfilters(creation), "read a filter pipeline");
  for (unsigned k = 0; k < static_cast<unsigned>(count); ++k) {
    unsigned flags = 0;
    std::vector<unsigned> client(kMostClientValues);
    std::size_t values = client.size();
    const int id = hdf5_check(H5Pget_filter2(creation, k, &flags, &values, client.data(), 0, nullptr, nullptr),
                              "read a filter pipeline");
    if (id > 0xffff || values > kMostClientValues) throw Hdf5Fault("a filter has a wrong id or too many parameters");
    filters.push_back({static_cast<std::uint16_t>(id), {client.begin(), client.begin() + static_cast<long>(values)}});
  }
  return filters;
}

std::vector<std::byte> compact_bytes(hid_t dataset, hid_t type, hid_t space) {
  const auto elements = static_cast<std::uint64_t>(hdf5_check(H5Sget_simple_extent_npoints(space), "read a shape"));
  if (elements > kMostCompactBytes / H5Tget_size(type)) throw Hdf5Fault("a compact dataset is larger than 64 KiB");
  std::vector<std::byte> data(elements * H5Tget_size(type));
  if (!data.empty())
    hdf5_check(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data.data()), "read a compact dataset");
  return data;
}

Shape chunk_shape_of(hid_t creation) {
  std::array<hsize_t, H5S_MAX_RANK> extents{};
  const int axes = hdf5_check(H5Pget_chunk(creation, H5S_MAX_RANK, extents.data()), "read a chunk shape");
  return {extents.begin(), extents.begin() + std::min<int>(axes, H5S_MAX_RANK)};
}

std::string unsupported_storage(hid_t creation, H5D_layout_t layout) {
  if (H5Pget_external_count(creation) > 0) return "data that is stored in another file";
  if (layout != H5D_CONTIGUOUS && layout != H5D_COMPACT && layout != H5D_CHUNKED && layout != H5D_VIRTUAL)
    return "an unknown storage layout";
  return {};
}

void describe_storage(hid_t dataset, hid_t space, hid_t type, hid_t creation, H5D_layout_t layout, Hdf5Dataset& out) {
  out.fill = fill_of(creation, type);
  if (layout == H5D_VIRTUAL) {
    out.storage = Hdf5Storage::mapped;
    out.unsupported = list_mappings(creation, out);
  } else if (layout == H5D_COMPACT) {
    out.storage = Hdf5Storage::compact;
    out.inline_bytes = compact_bytes(dataset, type, space);
  } else if (layout == H5D_CONTIGUOUS) {
    out.storage = Hdf5Storage::contiguous;
    const haddr_t address = H5Dget_offset(dataset);
    out.address = address == HADDR_UNDEF ? kHdf5Nowhere : address;
  } else {
    out.storage = Hdf5Storage::chunked;
    out.chunk_shape = chunk_shape_of(creation);
    out.filters = filters_of(creation);
    out.chunks = list_chunks(dataset, space, creation, out);
  }
}

}  // namespace

Hdf5Dataset describe_dataset(std::int64_t dataset, const std::string& path) {
  Hdf5Dataset out;
  out.path = path;
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, "read a type");
  const Hdf5Handle creation(H5Dget_create_plist(dataset), H5Pclose, "read a dataset's properties");
  const H5D_layout_t layout = H5Pget_layout(creation);
  out.unsupported = unsupported_storage(creation, layout);
  if (!out.unsupported.empty()) return out;
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose, "read a shape");
  const Hdf5Type known = classify_type(type);
  out.type = known.type;
  out.big_endian = known.big_endian;
  out.unsupported = H5Sget_simple_extent_type(space) == H5S_NULL ? "an empty dataspace" : known.unsupported;
  out.shape = shape_of(space);
  if (out.unsupported.empty()) describe_storage(dataset, space, type, creation, layout, out);
  return out;
}

}  // namespace daybreak::io
