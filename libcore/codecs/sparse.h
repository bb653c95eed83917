#pragma once
// One value nearly everywhere, and others here and there.
// Bytes: the frequent value (varint), the number of others (varint); as numbers (bins.h): how many frequent ones stand
// before each other one since the last, then the others.
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// False where no value makes up half of all.
template <class Word>
bool write_sparse(std::span<const Word> values, ByteWriter& out);
template <class Word>
bool read_sparse(ByteReader& in, std::span<Word> values);

}  // namespace daybreak::codecs
