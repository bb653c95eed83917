#include "libcore/codecs/sparse.h"

#include <algorithm>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/scratch.h"

namespace daybreak::codecs {
namespace {

/// The value of more than half of all places, if there is one (Boyer and Moore's majority vote).
template <class Word>
Word majority(std::span<const Word> values) {
  Word candidate = 0;
  std::size_t votes = 0;
  for (const Word value : values) {
    if (votes == 0) candidate = value;
    votes = value == candidate ? votes + 1 : votes - 1;
  }
  return candidate;
}

}  // namespace

template <class Word>
bool write_sparse(std::span<const Word> values, ByteWriter& out) {
  const Word frequent = majority(values);
  Words<Word> others;
  Words<std::uint64_t> gaps;
  std::uint64_t gap = 0;
  for (const Word value : values) {
    if (value == frequent) {
      ++gap;
    } else {
      others.push_back(value);
      gaps.push_back(std::exchange(gap, 0));
    }
  }
  if (others.size() > values.size() / 2) return false;
  out.varint(frequent);
  out.varint(others.size());
  write_numbers<std::uint64_t>(gaps, out);
  write_numbers<Word>(others, out);
  return true;
}

template <class Word>
bool read_sparse(ByteReader& in, std::span<Word> values) {
  const auto frequent = static_cast<Word>(in.varint(static_cast<Word>(~Word{0})));
  const auto count = static_cast<std::size_t>(in.varint(values.size()));
  Scratch<std::uint64_t> gaps(count);
  Scratch<Word> others(count);
  if (!in.ok() || !read_numbers<std::uint64_t>(in, gaps) || !read_numbers<Word>(in, others)) return false;
  std::fill(values.begin(), values.end(), frequent);
  for (std::size_t i = 0; i < count; ++i) {
    if (gaps[i] >= values.size()) return false;
    values[static_cast<std::size_t>(gaps[i])] = others[i];
    values = values.subspan(static_cast<std::size_t>(gaps[i]) + 1);
  }
  return true;
}

#define DAYBREAK_INSTANTIATE(Word)                                \
  template bool write_sparse(std::span<const Word>, ByteWriter&); \
  template bool read_sparse(ByteReader&, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
