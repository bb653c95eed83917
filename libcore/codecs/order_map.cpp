#include "libcore/codecs/order_map.h"

#include "libcore/codecs/common_step.h"

namespace daybreak::codecs {
namespace {

template <class Word>
struct Layout {
  explicit Layout(ElementType type)
      : kind(element_info(type).kind),
        width(8u * element_info(type).bytes),
        sign(Word{1} << (width - 1)),
        mask(static_cast<Word>(sign - 1 + sign)) {}
  NumberKind kind;
  unsigned width;
  Word sign, mask;
};

template <class Word>
Word order(const Layout<Word>& layout, Word bits) {
  if (layout.kind == NumberKind::plain) return bits;
  if (layout.kind == NumberKind::integer || !(bits & layout.sign)) return bits ^ layout.sign;
  return bits ^ layout.mask;
}

template <class Word>
Word unorder(const Layout<Word>& layout, Word value) {
  if (layout.kind == NumberKind::plain) return value;
  if (layout.kind == NumberKind::integer || (value & layout.sign)) return value ^ layout.sign;
  return value ^ layout.mask;
}

template <class Word>
Word fold(const Layout<Word>& layout, Word bits) {
  const Word sign = bits >> (layout.width - 1);
  const Word rest = static_cast<Word>(bits << 1) & layout.mask;
  if (layout.kind == NumberKind::integer) return rest ^ (sign ? layout.mask : 0);
  return layout.kind == NumberKind::real ? rest | sign : bits;
}

template <class Word>
Word unfold(const Layout<Word>& layout, Word value) {
  const Word sign = value & 1;
  if (layout.kind == NumberKind::integer) return ((value >> 1) ^ (sign ? layout.mask : 0)) & layout.mask;
  return layout.kind == NumberKind::real ? (value >> 1) | (sign ? layout.sign : 0) : value;
}

}  // namespace

template <class Word>
Words<Word> map_order(bool folded, ElementType type, ByteSpan data, ByteWriter& parameters) {
  Words<Word> values = load_elements<Word>(type, data);
  const Layout<Word> layout(type);
  for (Word& value : values) value = folded ? fold(layout, value) : order(layout, value);
  take_common(values, parameters);
  return values;
}

template <class Word>
bool unmap_order(bool folded, ElementType type, std::span<Word> values, ByteReader& parameters,
                 std::span<std::uint8_t> out) {
  const Layout<Word> layout(type);
  if (!give_common(values, parameters) || !parameters.finished()) return false;
  for (Word& value : values) value = folded ? unfold(layout, value) : unorder(layout, value);
  store_elements<Word>(type, values, out);
  return true;
}

template <class Word>
Word to_ordered(ElementType type, Word bits) {
  return order(Layout<Word>(type), bits);
}

template <class Word>
Word from_ordered(ElementType type, Word value) {
  return unorder(Layout<Word>(type), value);
}

#define DAYBREAK_INSTANTIATE(Word)                                                                  \
  template Words<Word> map_order(bool, ElementType, ByteSpan, ByteWriter&);                         \
  template bool unmap_order(bool, ElementType, std::span<Word>, ByteReader&, std::span<std::uint8_t>); \
  template Word to_ordered(ElementType, Word);                                                      \
  template Word from_ordered(ElementType, Word);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
