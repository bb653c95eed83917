#include "libcore/device/dtype.h"

#include <array>
#include <string>

#include "libcore/base/error.h"

namespace daybreak::device {
namespace {

struct TypeText {
  daybreak_dtype type;
  std::string_view name;
  std::size_t bytes;
};

constexpr std::array<TypeText, 8> kTypes{{{DAYBREAK_F32, "f32", 4},
                                          {DAYBREAK_BF16, "bf16", 2},
                                          {DAYBREAK_F16, "f16", 2},
                                          {DAYBREAK_F8_E4M3, "f8_e4m3", 1},
                                          {DAYBREAK_F8_E5M2, "f8_e5m2", 1},
                                          {DAYBREAK_I32, "i32", 4},
                                          {DAYBREAK_U32, "u32", 4},
                                          {DAYBREAK_F64, "f64", 8}}};

const TypeText& text_of(daybreak_dtype type) {
  for (const TypeText& text : kTypes)
    if (text.type == type) return text;
  throw Error(ExitStatus::bug, "element type " + std::to_string(static_cast<int>(type)) + " does not exist");
}

}  // namespace

std::size_t bytes_of(daybreak_dtype type) {
  return text_of(type).bytes;
}

std::string_view name_of(daybreak_dtype type) {
  return text_of(type).name;
}

daybreak_dtype dtype_of(std::string_view name) {
  std::string names;
  for (const TypeText& text : kTypes) {
    if (text.name == name) return text.type;
    names.append(names.empty() ? "" : ", ").append(text.name);
  }
  throw usage_error("'" + std::string(name) + "' is no element type", "one of " + names);
}

}  // namespace daybreak::device
