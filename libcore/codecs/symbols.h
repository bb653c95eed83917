#pragma once
// A stream of bytes ("symbols") in its cheapest form; how many there are, the reader knows.
//
// Bytes: the form (1 byte), then
//   0 constant   the symbol
//   1 packed     the width w in bits (1 byte), then a block of fields of w bits (bit_stream.h); w = 8: the symbols as
//   they are 2 rans       a table, then a block of rANS (rans.h) 3 contexts   tables and map (context_tables.h), then a
//   block of rANS
// A block is a varint length and so many bytes.
#include <cstdint>
#include <functional>
#include <span>

#include "libcore/codecs/byte_stream.h"

namespace daybreak::codecs {

/// Streams of at most so many symbols leave out what costs more than it gains: lanes (rans.h) and zero bytes (bins.h).
constexpr std::size_t kShortStream = 32768;

void write_symbols(ByteSpan symbols, ByteWriter& out);
/// False where the bytes are no stream of symbols.size() symbols.
bool read_symbols(ByteReader& in, std::span<std::uint8_t> symbols);

/// Contexts that writer and reader know before the symbols.
struct SideContexts {
  std::span<const std::uint16_t> of;  // of each symbol
  std::size_t count = 1;              // all are below it; at most kMostContexts
};
void write_symbols(ByteSpan symbols, SideContexts contexts, ByteWriter& out);

/// The same for a reader, which has them in some shorter form.
struct ContextSource {
  std::size_t count = 1;
  /// From the table of each context the table of each symbol.
  std::function<void(ByteSpan table_of, std::span<std::uint8_t> tables)> fill;
};
/// Contexts that stand in bytes, which outlive it and are all below `count`.
inline ContextSource contexts_as_bytes(ByteSpan of, std::size_t count) {
  return {count, [of](ByteSpan table_of, std::span<std::uint8_t> tables) {
            for (std::size_t i = 0; i < tables.size(); ++i) tables[i] = table_of[of[i]];
          }};
}
bool read_symbols(ByteReader& in, const ContextSource& contexts, std::span<std::uint8_t> symbols);

}  // namespace daybreak::codecs
