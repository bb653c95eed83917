#pragma once
// What all integers share is taken out of them: v = base + step * integer, base the smallest of them, step the greatest
// common divisor of what lies above it. Bytes: base, step - 1 (varints).
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

template <class Word>
void take_common(Words<Word>& values, ByteWriter& parameters);
/// What was taken; the values as they were are common(value).
template <class Word>
struct Common {
  explicit Common(ByteReader& parameters)
      : base(static_cast<Word>(parameters.varint(kAll))), step(static_cast<Word>(parameters.varint(kAll) + 1)) {}
  Word operator()(Word value) const { return static_cast<Word>(base + step * value); }
  static constexpr Word kAll = static_cast<Word>(~Word{0});
  Word base, step;
};

}  // namespace daybreak::codecs
