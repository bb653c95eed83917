#pragma once
// Tokens as bytes that a dictionary coder takes better than the tokens themselves: the most frequent ones have one
// byte, and text repeats at byte boundaries. The coder (zstd) is the library's, not this room's.
//
// Bytes: a block with what token_map.h writes for a ranked dictionary; then each token's rank r in
//   1 byte   r                                          for r < 208
//   2 bytes  208 + s div 256, s mod 256                 for s = r - 208 < 10240
//   3 bytes  248 + s div 65536, s div 256 mod 256, s mod 256   for s = r - 10448 < 524288
#include "libcore/codecs/byte_stream.h"
#include "libcore/codecs/element_type.h"
#include "libcore/codecs/status.h"

namespace daybreak::codecs {

/// Errors: not_applicable for tokens that are mostly different ones, or too many; wrong_size; no_memory.
Status rank_bytes(ElementType type, ByteSpan tokens, Bytes& out) noexcept;
/// Fills exactly `tokens`, whatever the bytes. Errors: corrupt, no_memory.
Status unrank_bytes(ElementType type, ByteSpan bytes, std::span<std::uint8_t> tokens) noexcept;

}  // namespace daybreak::codecs
