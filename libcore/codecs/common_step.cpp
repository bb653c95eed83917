#include "libcore/codecs/common_step.h"

#include <algorithm>
#include <numeric>

namespace daybreak::codecs {

template <class Word>
void take_common(Words<Word>& values, ByteWriter& parameters) {
  const Word base = values.empty() ? 0 : *std::min_element(values.begin(), values.end());
  Word step = 0;
  for (Word& value : values) {
    value = static_cast<Word>(value - base);
    if (step != 1) step = std::gcd(step, value);
  }
  step = std::max<Word>(step, 1);
  if (step > 1)
    for (Word& value : values) value /= step;
  parameters.varint(base);
  parameters.varint(step - Word{1});
}

#define DAYBREAK_INSTANTIATE(Word) template void take_common(Words<Word>&, ByteWriter&);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
