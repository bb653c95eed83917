#include "libcore/codecs/spellings.h"

#include <algorithm>

#include "libcore/codecs/context_stream.h"
#include "libcore/codecs/serial_decoder.h"
#include "libcore/codecs/symbols.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kLengths = kLongestWord + 1;

/// Six bits of each of the two bytes before.
unsigned spelling_context(std::uint8_t before, std::uint8_t last) {
  return (before & 63u) << 6 | (last & 63u);
}

std::vector<std::uint16_t> as_contexts(const Bytes& symbols) {
  return {symbols.begin(), symbols.end()};
}

}  // namespace

void write_spellings(const std::vector<std::string_view>& words, ByteWriter& out) {
  Bytes shared, ends;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view before = i > 0 ? words[i - 1] : std::string_view{}, word = words[i];
    const auto at = std::mismatch(before.begin(), before.end(), word.begin(), word.end()).first - before.begin();
    shared.push_back(static_cast<std::uint8_t>(at));
    ends.push_back(static_cast<std::uint8_t>(word.size() - static_cast<std::size_t>(at)));
    bytes += ends.back();
  }
  ContextCollector collector(bytes, kMostContexts);
  for (std::size_t i = 0; i < words.size(); ++i)
    for (std::size_t at = shared[i]; at < words[i].size(); ++at) {
      const auto byte = [&](std::size_t back) {
        return static_cast<std::uint8_t>(at >= back ? words[i][at - back] : '\0');
      };
      collector.put(spelling_context(byte(2), byte(1)), byte(0));
    }
  out.varint(words.size());
  write_symbols(shared, out);
  write_symbols(ends, {as_contexts(shared), kLengths}, out);
  collector.write(out);
}

bool read_spellings(ByteReader& in, std::size_t most, Spellings& spellings) {
  Bytes shared(static_cast<std::size_t>(in.varint(most))), ends(shared.size());
  if (!read_symbols(in, shared)) return false;
  if (std::any_of(shared.begin(), shared.end(), [](std::uint8_t length) { return length >= kLengths; }) ||
      !read_symbols(in, contexts_as_bytes(shared, kLengths), ends))
    return false;
  std::size_t own = 0, length = 0;
  spellings.starts.assign(1, 0);
  for (std::size_t i = 0; i < shared.size(); ++i) {
    if (shared[i] > length || ends[i] == 0 || shared[i] + ends[i] > static_cast<int>(kLongestWord)) return false;
    length = std::size_t{shared[i]} + ends[i];
    own += ends[i];
    if (spellings.starts.back() + length > most) return false;
    spellings.starts.push_back(static_cast<std::uint32_t>(spellings.starts.back() + length));
  }
  spellings.bytes.assign(spellings.starts.back() + kLongestWord, 0);
  SerialDecoder decoder;
  if (!decoder.open(in, own, kMostContexts)) return false;
  for (std::size_t i = 0; i < shared.size(); ++i) {
    std::uint8_t* const word = spellings.bytes.data() + spellings.starts[i];
    if (i > 0) std::copy_n(spellings.bytes.data() + spellings.starts[i - 1], shared[i], word);
    for (std::size_t at = shared[i]; at < std::size_t{shared[i]} + ends[i]; ++at)
      word[at] = decoder.next(spelling_context(at >= 2 ? word[at - 2] : 0, at >= 1 ? word[at - 1] : 0));
  }
  return decoder.finished();
}

}  // namespace daybreak::codecs
