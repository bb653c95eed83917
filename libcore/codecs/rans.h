#pragma once
// Range asymmetric numeral systems (J. Duda, arXiv 1311.2540) over bytes, interleaved in 32 lanes after F. Giesen,
// "Interleaved entropy coders" (arXiv 1402.3392): symbol i belongs to lane i mod 32, so that vector units and GPU warps
// decode a group of 32 symbols at once.
//
// Frequencies are 12 bits wide, states 32, words 16. A lane in state x decodes with slot = x mod 4096 of the table that
// the symbol's context names:  x := frequency * (x div 4096) + slot - start;  if x < 65536: x := x * 65536 + next word.
// After its last symbol every lane is back in state 65536, which proves the stream. Short streams have 4 lanes instead.
//
// Bytes: the states of the first min(32, count) lanes, 4 bytes each; then words of 2 bytes in the order of decoding.
#include <array>
#include <cstdint>
#include <span>

#include "libcore/codecs/byte_stream.h"

namespace daybreak::codecs::rans {

constexpr unsigned kLanes = 32;
constexpr unsigned kScaleBits = 12;
constexpr std::uint32_t kScale = 1u << kScaleBits;
constexpr std::uint32_t kLowest = 1u << 16;
constexpr std::size_t kMostTables = 64;
/// Lanes of a short stream, whose states would cost more than the others gain.
constexpr unsigned kFewLanes = 4;

/// Frequencies of the 256 symbols; they sum to kScale, and none is kScale itself.
using Frequencies = std::array<std::uint16_t, 256>;

/// The best frequencies for the counts: every symbol that occurs gets at least 1. Of few counts they are coarse, which
/// makes the table short.
Frequencies normalize(std::span<const std::uint32_t, 256> counts);
/// In 1/65536 bits: `counts` coded with `frequencies`, which cover them.
std::uint64_t coded_cost(std::span<const std::uint32_t, 256> counts, const Frequencies& frequencies);

/// Less than a byte a symbol: a block of bits (bit_stream.h, without its zero bytes), for each table: in 3 bits, how
/// many zero bits all its frequencies end with, which are then left out of them; in 8, its last symbol's number; then
/// for each symbol up to it 4 bits w, and w - 1 bits below the leading one of its frequency; after w = 0 (frequency 0)
/// 4 bits that count further zeros (15: four more bits follow).
void write_frequencies(std::span<const Frequencies> tables, ByteWriter& out);
/// False where the bytes are no such tables.
bool read_frequencies(ByteReader& in, std::span<Frequencies> tables);

/// One word a slot: symbol, slot - start << 8, frequency << 20.
using DecodeEntry = std::uint32_t;
/// Fills kScale entries.
void fill_decode_table(const Frequencies& frequencies, std::span<DecodeEntry> table);

/// Encodes symbols, each by the table that its context numbers; no contexts: all by table 0.
Bytes encode(ByteSpan symbols, ByteSpan contexts, std::span<const Frequencies> tables, unsigned lanes = kLanes);

struct LaneKernel;
/// The fastest kernel that this processor runs.
const LaneKernel& best_kernel();
/// All kernels that this processor runs, "plain" first; they give equal bytes.
std::span<const LaneKernel* const> kernels();

/// Fills `symbols` from exactly `bytes`. `tables` hold kScale entries each, and every context is below their number.
/// False where the bytes are no such stream; the symbols are then unspecified.
bool decode(ByteSpan bytes, ByteSpan contexts, std::span<const DecodeEntry> tables, std::span<std::uint8_t> symbols,
            const LaneKernel& kernel = best_kernel());

/// The same of kFewLanes lanes.
bool decode_few(ByteSpan bytes, ByteSpan contexts, std::span<const DecodeEntry> tables,
                std::span<std::uint8_t> symbols);

}  // namespace daybreak::codecs::rans
