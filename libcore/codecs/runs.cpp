#include "libcore/codecs/runs.h"

#include <algorithm>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/scratch.h"

namespace daybreak::codecs {

template <class Word>
bool write_runs(std::span<const Word> values, ByteWriter& out) {
  Words<Word> heads;
  Words<std::uint64_t> lengths;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0 && values[i] == values[i - 1]) {
      ++lengths.back();
    } else {
      heads.push_back(values[i]);
      lengths.push_back(0);
    }
  }
  if (heads.size() > values.size() / 2) return false;
  out.varint(heads.size());
  write_numbers<Word>(heads, out);
  write_numbers<std::uint64_t>(lengths, out);
  return true;
}

template <class Word>
bool read_runs(ByteReader& in, std::span<Word> values) {
  const auto runs = static_cast<std::size_t>(in.varint(values.size()));
  Scratch<Word> heads(runs);
  Scratch<std::uint64_t> lengths(runs);
  if (!in.ok() || !read_numbers<Word>(in, heads) || !read_numbers<std::uint64_t>(in, lengths)) return false;
  for (std::size_t run = 0; run < runs; ++run) {
    if (lengths[run] >= values.size()) return false;
    const auto part = values.first(static_cast<std::size_t>(lengths[run]) + 1);
    std::fill(part.begin(), part.end(), heads[run]);
    values = values.subspan(part.size());
  }
  return values.empty();
}

#define DAYBREAK_INSTANTIATE(Word)                              \
  template bool write_runs(std::span<const Word>, ByteWriter&); \
  template bool read_runs(ByteReader&, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
