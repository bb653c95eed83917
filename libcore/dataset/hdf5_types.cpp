#include "libcore/dataset/hdf5_types.h"

#include <algorithm>
#include <cstdint>

#include "libcore/base/error.h"

namespace daybreak::dataset {
namespace {

void check(herr_t status, const std::string& path) {
  if (status < 0) throw_hdf5_error("describe an element type", path);
}

/// IEEE binary16, which HDF5 1.10 has no name for: the fields of a float, narrowed.
Hdf5Handle half(const std::string& path) {
  constexpr std::size_t kSignBit = 15, kExponentBit = 10, kExponentBits = 5, kFractionBits = 10, kBias = 15;
  Hdf5Handle type(H5Tcopy(H5T_IEEE_F32LE), H5Tclose, "describe an element type", path);
  check(H5Tset_fields(type.get(), kSignBit, kExponentBit, kExponentBits, 0, kFractionBits), path);
  check(H5Tset_size(type.get(), 2), path);
  check(H5Tset_ebias(type.get(), kBias), path);
  return type;
}

Hdf5Handle boolean(const std::string& path) {
  Hdf5Handle type(H5Tenum_create(H5T_STD_I8LE), H5Tclose, "describe an element type", path);
  const std::int8_t no = 0, yes = 1;
  check(H5Tenum_insert(type.get(), "FALSE", &no), path);
  check(H5Tenum_insert(type.get(), "TRUE", &yes), path);
  return type;
}

hid_t standard(io::DType type) {
  switch (type) {
    case io::DType::u8:
    case io::DType::f8_e4m3:
    case io::DType::f8_e5m2:
      return H5T_STD_U8LE;
    case io::DType::i8:
      return H5T_STD_I8LE;
    case io::DType::u16:
    case io::DType::bf16:
      return H5T_STD_U16LE;
    case io::DType::i16:
      return H5T_STD_I16LE;
    case io::DType::u32:
      return H5T_STD_U32LE;
    case io::DType::i32:
      return H5T_STD_I32LE;
    case io::DType::u64:
      return H5T_STD_U64LE;
    case io::DType::i64:
      return H5T_STD_I64LE;
    case io::DType::f32:
      return H5T_IEEE_F32LE;
    case io::DType::f64:
      return H5T_IEEE_F64LE;
    case io::DType::boolean:
    case io::DType::f16:
      break;
  }
  throw Error(ExitStatus::bug, "an element type has no HDF5 type");
}

}  // namespace

Hdf5Handle stored_type(io::DType type, const std::string& path) {
  if (type == io::DType::boolean) return boolean(path);
  if (type == io::DType::f16) return half(path);
  return {H5Tcopy(standard(type)), H5Tclose, "describe an element type", path};
}

std::string kept_dtype(io::DType type) {
  switch (type) {
    case io::DType::bf16:
      return "bfloat16";
    case io::DType::f8_e4m3:
      return "float8_e4m3fn";
    case io::DType::f8_e5m2:
      return "float8_e5m2";
    default:
      return "";
  }
}

Hdf5Handle text_type(std::size_t length, const std::string& path) {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "describe text", path);
  check(H5Tset_size(type.get(), std::max<std::size_t>(length, 1)), path);
  check(H5Tset_cset(type.get(), H5T_CSET_UTF8), path);
  check(H5Tset_strpad(type.get(), H5T_STR_NULLPAD), path);
  return type;
}

}  // namespace daybreak::dataset
