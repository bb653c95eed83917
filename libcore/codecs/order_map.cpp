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

/// The same backward. Masks stand for the kind and the sign, so that nothing branches on them.
template <class Word>
class Unorder {
 public:
  explicit Unorder(ElementType type) {
    const Layout<Word> layout(type);
    shift_ = layout.width - 1;
    flip_ = layout.kind == NumberKind::plain ? 0 : layout.sign;
    if (layout.kind == NumberKind::real) below_ = layout.mask ^ layout.sign;
  }
  Word operator()(Word value) const {
    const Word sign = value >> shift_ & 1;
    return value ^ flip_ ^ (below_ & (sign - 1));
  }

 private:
  unsigned shift_;
  Word flip_, below_ = 0;
};

template <class Word>
Word fold(const Layout<Word>& layout, Word bits) {
  const Word sign = bits >> (layout.width - 1);
  const Word rest = static_cast<Word>(bits << 1) & layout.mask;
  if (layout.kind == NumberKind::integer) return rest ^ (sign ? layout.mask : 0);
  return layout.kind == NumberKind::real ? rest | sign : bits;
}

/// The same backward, as above.
template <class Word>
class Unfold {
 public:
  explicit Unfold(ElementType type) {
    const Layout<Word> layout(type);
    if (layout.kind == NumberKind::plain) return;
    shift_ = 1;
    flip_ = layout.kind == NumberKind::integer ? layout.mask : layout.sign;
  }
  Word operator()(Word value) const { return value >> shift_ ^ (flip_ & (0 - (value & 1))); }

 private:
  unsigned shift_ = 0;
  Word flip_ = 0;
};

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
bool unmap_order(bool folded, ElementType type, std::span<const Word> values, ByteReader& parameters,
                 std::span<std::uint8_t> out) {
  const Common<Word> common(parameters);
  if (!parameters.finished()) return false;
  if (folded)
    store_elements(type, values, out, [common, unfold = Unfold<Word>(type)](Word v) { return unfold(common(v)); });
  else
    store_elements(type, values, out, [common, unorder = Unorder<Word>(type)](Word v) { return unorder(common(v)); });
  return true;
}

template <class Word>
Word to_ordered(ElementType type, Word bits) {
  return order(Layout<Word>(type), bits);
}

template <class Word>
void from_ordered(ElementType type, std::span<Word> values) {
  const Unorder<Word> unorder(type);
  for (Word& value : values) value = unorder(value);
}

#define DAYBREAK_INSTANTIATE(Word)                                                                  \
  template Words<Word> map_order(bool, ElementType, ByteSpan, ByteWriter&);                         \
  template bool unmap_order(bool, ElementType, std::span<const Word>, ByteReader&, std::span<std::uint8_t>); \
  template Word to_ordered(ElementType, Word);                                                      \
  template void from_ordered(ElementType, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
