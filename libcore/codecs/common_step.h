#pragma once
// What all integers share is taken out of them: v = base + step * integer, base the smallest of them, step the greatest
// common divisor of what lies above it. Bytes: base, step - 1 (varints).
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

template <class Word>
void take_common(Words<Word>& values, ByteWriter& parameters);
/// False where the parameters are none.
template <class Word>
bool give_common(std::span<Word> values, ByteReader& parameters);

}  // namespace daybreak::codecs
