#include <hdf5.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "libcore/io/hdf5_handle.h"
#include "libcore/io/hdf5_types.h"
#include "libcore/io/hdf5_walk.h"

namespace daybreak::io {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 20;

Shape shape_of(hid_t space) {
  if (H5Sget_simple_extent_type(space) == H5S_NULL) return {0};
  std::array<hsize_t, H5S_MAX_RANK> extents{};
  const int axes = hdf5_check(H5Sget_simple_extent_ndims(space), "read a shape");
  hdf5_check(H5Sget_simple_extent_dims(space, extents.data(), nullptr), "read a shape");
  return {extents.begin(), extents.begin() + axes};
}

/// Elements of the shape, where they take no more than the bound at `width` bytes each; else nothing.
std::uint64_t bounded_count(const Shape& shape, std::uint64_t width, bool& bounded) {
  std::uint64_t count = 1;
  for (const std::uint64_t extent : shape)
    if (extent == 0) count = 0;
  for (const std::uint64_t extent : shape) {
    if (count != 0 && extent > kMostBytes / std::max<std::uint64_t>(width, 1) / count) bounded = false;
    if (!bounded) return 0;
    count *= extent;
  }
  return count;
}

/// Strings as rows of one width, padded with NUL: the width becomes the last axis.
void keep_rows(const std::vector<std::string>& rows, AttributeResult& result) {
  std::size_t width = 0;
  for (const std::string& row : rows) width = std::max(width, row.size());
  if (width * rows.size() > kMostBytes) {
    result.unsupported = "more than 1 MiB";
    return;
  }
  Attribute& out = result.attribute;
  out.is_text = true;
  out.type = DType::u8;
  out.shape.push_back(width);
  out.data.assign(width * rows.size(), std::byte{0});
  for (std::size_t k = 0; k < rows.size(); ++k) std::memcpy(out.data.data() + k * width, rows[k].data(), rows[k].size());
}

std::vector<std::string> variable_rows(hid_t attribute, hid_t type, hid_t space, std::uint64_t count) {
  std::vector<char*> pointers(count, nullptr);
  std::vector<std::string> rows;
  if (count == 0) return rows;
  hdf5_check(H5Aread(attribute, type, pointers.data()), "read an attribute");
  for (const char* text : pointers) rows.emplace_back(text == nullptr ? "" : text);
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
  return rows;
}

std::vector<std::string> fixed_rows(hid_t attribute, hid_t type, std::uint64_t count) {
  const std::size_t width = H5Tget_size(type);
  std::vector<char> data(count * width);
  std::vector<std::string> rows;
  if (count == 0) return rows;
  hdf5_check(H5Aread(attribute, type, data.data()), "read an attribute");
  const H5T_str_t padding = H5Tget_strpad(type);
  for (std::uint64_t k = 0; k < count; ++k) {
    std::string row(data.data() + k * width, width);
    if (padding == H5T_STR_NULLTERM) row.resize(std::min(row.find('\0'), row.size()));
    while (!row.empty() && (row.back() == '\0' || (padding == H5T_STR_SPACEPAD && row.back() == ' '))) row.pop_back();
    rows.push_back(std::move(row));
  }
  return rows;
}

void read_numbers(hid_t attribute, hid_t type, DType known, std::uint64_t count, Attribute& out) {
  out.type = known;
  out.data.resize(count * dtype_bytes(known));
  if (count == 0) return;
  // HDF5 converts byte orders, but no enumeration to an integer; that has one byte anyway.
  const Hdf5Handle memory(known == DType::boolean ? H5Tcopy(type) : little_endian_type(known), H5Tclose, "copy a type");
  hdf5_check(H5Aread(attribute, memory, out.data.data()), "read an attribute");
}

}  // namespace

AttributeResult read_attribute(std::int64_t attribute) {
  AttributeResult result;
  const Hdf5Handle type(H5Aget_type(attribute), H5Tclose, "read an attribute's type");
  const Hdf5Handle space(H5Aget_space(attribute), H5Sclose, "read an attribute's shape");
  const bool is_text = H5Tget_class(type) == H5T_STRING;
  const Hdf5Type known = is_text ? Hdf5Type{} : classify_type(type);
  result.unsupported = known.unsupported;
  if (!result.unsupported.empty()) return result;
  result.attribute.shape = shape_of(space);
  bool bounded = true;
  const std::uint64_t count = bounded_count(result.attribute.shape, H5Tget_size(type), bounded);
  if (!bounded) {
    result.unsupported = "more than 1 MiB";
  } else if (!is_text) {
    read_numbers(attribute, type, known.type, count, result.attribute);
  } else {
    const bool variable = hdf5_check(H5Tis_variable_str(type), "read an attribute's type") > 0;
    keep_rows(variable ? variable_rows(attribute, type, space, count) : fixed_rows(attribute, type, count), result);
  }
  return result;
}

}  // namespace daybreak::io
