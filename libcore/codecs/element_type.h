#pragma once
// The element types that a frame knows. Their numbers stand in files and never change.
#include <cstddef>
#include <cstdint>

namespace daybreak::codecs {

enum class ElementType : std::uint8_t {
  boolean,
  u8,
  i8,
  u16,
  i16,
  u32,
  i32,
  u64,
  i64,
  f8_e4m3,
  f8_e5m2,
  f16,
  bf16,
  f32,
  f64
};
constexpr std::size_t kElementTypes = 15;

enum class NumberKind : std::uint8_t { plain, integer, real };  // unsigned, two's complement, sign and magnitude

struct ElementInfo {
  const char* name;  // as safetensors spells it
  std::uint8_t bytes;
  NumberKind kind;
};

constexpr ElementInfo element_info(ElementType type) {
  constexpr ElementInfo kInfos[kElementTypes] = {
      {"BOOL", 1, NumberKind::plain},   {"U8", 1, NumberKind::plain},     {"I8", 1, NumberKind::integer},
      {"U16", 2, NumberKind::plain},    {"I16", 2, NumberKind::integer},  {"U32", 4, NumberKind::plain},
      {"I32", 4, NumberKind::integer},  {"U64", 8, NumberKind::plain},    {"I64", 8, NumberKind::integer},
      {"F8_E4M3", 1, NumberKind::real}, {"F8_E5M2", 1, NumberKind::real}, {"F16", 2, NumberKind::real},
      {"BF16", 2, NumberKind::real},    {"F32", 4, NumberKind::real},     {"F64", 8, NumberKind::real}};
  return kInfos[static_cast<std::size_t>(type)];
}

}  // namespace daybreak::codecs
