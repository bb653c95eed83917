#include <hdf5.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "libcore/io/hdf5_handle.h"
#include "libcore/io/hdf5_walk.h"

namespace daybreak::io {
namespace {

constexpr const char* kUnlike = "a virtual dataset that maps other than whole rows";

/// A box of whole rows; all: of all rows, however many these are.
struct Rows {
  std::uint64_t first = 0, count = 0;
  bool all = false;
};

/// False where the selection is none: unlimited, with gaps, or of a part of a row. HDF5 keeps selections without the
/// extents of what they are selected of, which are those of `shape` but for the rows.
bool rows_of(hid_t space, const Shape& shape, Rows& rows) {
  if (H5Sget_select_type(space) == H5S_SEL_ALL) {
    rows = {0, shape[0], true};
    return true;
  }
  std::array<hsize_t, H5S_MAX_RANK> first{}, last{};
  const auto axes = static_cast<std::size_t>(H5Sget_simple_extent_ndims(space));
  const hssize_t elements = H5Sget_select_npoints(space);
  if (axes != shape.size() || elements <= 0 || H5Sget_select_bounds(space, first.data(), last.data()) < 0) return false;
  hsize_t box = last[0] + 1 - first[0];
  for (std::size_t axis = 1; axis < axes; ++axis) {
    if (first[axis] != 0 || last[axis] + 1 != shape[axis]) return false;
    box *= shape[axis];
  }
  rows = {first[0], last[0] + 1 - first[0]};
  return box == static_cast<hsize_t>(elements);
}

/// The text of a name that HDF5 keeps with "%%" for "%"; false where it stands for many names.
bool plain_name(std::string_view pattern, std::string& name) {
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '%' && (at + 1 == pattern.size() || pattern[++at] != '%')) return false;
    name += pattern[at];
  }
  return true;
}

template <class Read>
std::string name_of(hid_t creation, std::size_t number, Read read) {
  const ssize_t length = hdf5_check(read(creation, number, nullptr, std::size_t{0}), "read a virtual dataset");
  std::string name(static_cast<std::size_t>(length) + 1, '\0');
  hdf5_check(read(creation, number, name.data(), name.size()), "read a virtual dataset");
  name.pop_back();
  return name;
}

}  // namespace

std::string list_mappings(std::int64_t creation, Hdf5Dataset& described) {
  std::size_t count = 0;
  if (described.shape.empty()) return kUnlike;
  hdf5_check(H5Pget_virtual_count(creation, &count), "read a virtual dataset");
  for (std::size_t number = 0; number < count; ++number) {
    const Hdf5Handle here(H5Pget_virtual_vspace(creation, number), H5Sclose, "read a virtual dataset");
    const Hdf5Handle there(H5Pget_virtual_srcspace(creation, number), H5Sclose, "read a virtual dataset");
    Rows rows, source;
    if (!rows_of(here, described.shape, rows) || !rows_of(there, described.shape, source)) return kUnlike;
    if (!source.all && rows.count != source.count) return kUnlike;
    Hdf5Mapping mapping{rows.first, rows.count, {}, {}, source.first, source.all};
    if (!plain_name(name_of(creation, number, H5Pget_virtual_filename), mapping.file) ||
        !plain_name(name_of(creation, number, H5Pget_virtual_dsetname), mapping.dataset))
      return "a virtual dataset whose files are named by a pattern";
    if (mapping.dataset.starts_with('/')) mapping.dataset.erase(0, 1);
    described.mappings.push_back(std::move(mapping));
  }
  std::sort(described.mappings.begin(), described.mappings.end(),
            [](const Hdf5Mapping& a, const Hdf5Mapping& b) { return a.first_row < b.first_row; });
  return {};
}

}  // namespace daybreak::io
