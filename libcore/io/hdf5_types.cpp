#include "libcore/io/hdf5_types.h"

#include <hdf5.h>

#include <array>
#include <cstring>
#include <memory>

namespace daybreak::io {
namespace {

/// HDF5 has no name for the 16-bit floats: sign 1, exponent, mantissa from the top.
hid_t make_short_float(std::size_t exponent_bits, std::size_t bias) {
  const hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  const std::size_t mantissa_bits = 15 - exponent_bits;
  H5Tset_fields(type, 15, mantissa_bits, exponent_bits, 0, mantissa_bits);
  H5Tset_size(type, 2);
  H5Tset_ebias(type, bias);
  return type;
}

hid_t make_little_endian(DType type) {
  switch (type) {
    case DType::boolean:
    case DType::f8_e4m3:
    case DType::f8_e5m2:
    case DType::u8: return H5Tcopy(H5T_STD_U8LE);
    case DType::i8: return H5Tcopy(H5T_STD_I8LE);
    case DType::u16: return H5Tcopy(H5T_STD_U16LE);
    case DType::i16: return H5Tcopy(H5T_STD_I16LE);
    case DType::u32: return H5Tcopy(H5T_STD_U32LE);
    case DType::i32: return H5Tcopy(H5T_STD_I32LE);
    case DType::u64: return H5Tcopy(H5T_STD_U64LE);
    case DType::i64: return H5Tcopy(H5T_STD_I64LE);
    case DType::f16: return make_short_float(5, 15);
    case DType::bf16: return make_short_float(8, 127);
    case DType::f32: return H5Tcopy(H5T_IEEE_F32LE);
    case DType::f64: return H5Tcopy(H5T_IEEE_F64LE);
  }
  return -1;
}

bool same(hid_t a, DType type, H5T_order_t order) {
  const hid_t b = make_little_endian(type);
  H5Tset_order(b, order);
  const bool equal = H5Tequal(a, b) > 0;
  H5Tclose(b);
  return equal;
}

/// h5py stores booleans as an 8-bit enumeration of exactly FALSE = 0 and TRUE = 1.
bool is_boolean(hid_t type) {
  if (H5Tget_class(type) != H5T_ENUM || H5Tget_size(type) != 1 || H5Tget_nmembers(type) != 2) return false;
  for (unsigned k = 0; k < 2; ++k) {
    unsigned char value = 2;
    if (H5Tget_member_value(type, k, &value) < 0 || value > 1) return false;
    const std::unique_ptr<char, herr_t (*)(void*)> name(H5Tget_member_name(type, k), H5free_memory);
    if (name == nullptr || std::strcmp(name.get(), value == 1 ? "TRUE" : "FALSE") != 0) return false;
  }
  return true;
}

std::string in_words(hid_t type) {
  const std::string bits = std::to_string(H5Tget_size(type) * 8) + "-bit ";
  switch (H5Tget_class(type)) {
    case H5T_INTEGER: return "unusual " + bits + "integers";
    case H5T_FLOAT: return "unusual " + bits + "floating-point numbers";
    case H5T_STRING: return H5Tis_variable_str(type) > 0 ? "strings of variable length" : "strings of fixed length";
    case H5T_ENUM: return "an enumeration";
    case H5T_COMPOUND: return "compound records";
    case H5T_VLEN: return "lists of variable length";
    case H5T_ARRAY: return "arrays as elements";
    case H5T_REFERENCE: return "references";
    case H5T_OPAQUE: return "opaque bytes";
    case H5T_BITFIELD: return "bit fields";
    default: return "an unknown type";
  }
}

}  // namespace

Hdf5Type classify_type(std::int64_t datatype) {
  constexpr std::array kPlain{DType::u8, DType::i8, DType::u16, DType::i16, DType::u32, DType::i32, DType::u64,
                              DType::i64, DType::f16, DType::bf16, DType::f32, DType::f64};
  if (is_boolean(datatype)) return {DType::boolean, false, {}};
  for (const DType type : kPlain) {
    if (same(datatype, type, H5T_ORDER_LE)) return {type, false, {}};
    if (same(datatype, type, H5T_ORDER_BE)) return {type, dtype_bytes(type) > 1, {}};
  }
  return {DType::u8, false, in_words(datatype)};
}

std::int64_t little_endian_type(DType type) {
  return make_little_endian(type);
}

}  // namespace daybreak::io
