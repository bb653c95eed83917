#include "libcore/codecs/ranked_bytes.h"

#include <new>

#include "libcore/codecs/token_map.h"

namespace daybreak::codecs {
namespace {

constexpr std::uint32_t kTwoBytes = 208, kThreeBytes = 248;  // the first bytes of longer codes
constexpr std::uint32_t kTwoByteRanks = (kThreeBytes - kTwoBytes) << 8, kThreeByteRanks = (256 - kThreeBytes) << 16;

void put_rank(std::uint64_t rank, ByteWriter& out) {
  if (rank < kTwoBytes) return out.byte(static_cast<std::uint8_t>(rank));
  rank -= kTwoBytes;
  if (rank < kTwoByteRanks) {
    out.byte(static_cast<std::uint8_t>(kTwoBytes + (rank >> 8)));
    return out.byte(static_cast<std::uint8_t>(rank));
  }
  rank -= kTwoByteRanks;
  out.byte(static_cast<std::uint8_t>(kThreeBytes + (rank >> 16)));
  out.byte(static_cast<std::uint8_t>(rank >> 8));
  out.byte(static_cast<std::uint8_t>(rank));
}

std::uint32_t get_rank(ByteReader& in) {
  const std::uint32_t first = in.byte();
  if (first < kTwoBytes) return first;
  const std::uint32_t second = in.byte();
  if (first < kThreeBytes) return kTwoBytes + ((first - kTwoBytes) << 8 | second);
  return kTwoBytes + kTwoByteRanks + ((first - kThreeBytes) << 16 | second << 8 | in.byte());
}

template <class Word>
Status rank_words(ElementType type, ByteSpan tokens, Bytes& out) {
  Words<Word> ranks;
  ByteWriter dictionary, bytes;
  if (!map_tokens<Word>(true, type, tokens, ranks, dictionary)) return Status::not_applicable;
  bytes.block(dictionary.span());
  for (const Word rank : ranks) {
    if (rank >= kTwoBytes + kTwoByteRanks + kThreeByteRanks) return Status::not_applicable;
    put_rank(rank, bytes);
  }
  out = bytes.take();
  return Status::ok;
}

template <class Word>
bool unrank_words(ElementType type, ByteSpan bytes, std::span<std::uint8_t> tokens) {
  ByteReader in(bytes);
  ByteReader dictionary(in.block());
  Words<Word> ranks(tokens.size() / element_info(type).bytes);
  for (Word& rank : ranks) rank = get_rank(in);
  return in.finished() && unmap_tokens<Word>(type, ranks, dictionary, tokens);
}

}  // namespace

Status rank_bytes(ElementType type, ByteSpan tokens, Bytes& out) noexcept try {
  if (tokens.size() % element_info(type).bytes != 0) return Status::wrong_size;
  return element_info(type).bytes == 8 ? rank_words<std::uint64_t>(type, tokens, out)
                                       : rank_words<std::uint32_t>(type, tokens, out);
} catch (const std::bad_alloc&) {
  return Status::no_memory;
}

Status unrank_bytes(ElementType type, ByteSpan bytes, std::span<std::uint8_t> tokens) noexcept try {
  if (tokens.size() % element_info(type).bytes != 0) return Status::wrong_size;
  const bool good = element_info(type).bytes == 8 ? unrank_words<std::uint64_t>(type, bytes, tokens)
                                                  : unrank_words<std::uint32_t>(type, bytes, tokens);
  return good ? Status::ok : Status::corrupt;
} catch (const std::bad_alloc&) {
  return Status::no_memory;
}

}  // namespace daybreak::codecs
