#include "libcore/codecs/symbols.h"

#include <algorithm>
#include <array>
#include <bit>

#include "libcore/codecs/bit_stream.h"
#include "libcore/codecs/context_tables.h"
#include "libcore/codecs/cost.h"
#include "libcore/codecs/scratch.h"

namespace daybreak::codecs {
namespace {

enum class Form : std::uint8_t { constant, packed, rans, contexts };

void start(Form form, ByteWriter& out) {
  out.byte(static_cast<std::uint8_t>(form));
}

std::array<std::uint32_t, 256> histogram(ByteSpan symbols) {
  std::array<std::uint32_t, 256> counts{};
  for (const std::uint8_t symbol : symbols) ++counts[symbol];
  return counts;
}

void write_constant(std::uint8_t symbol, ByteWriter& out) {
  start(Form::constant, out);
  out.byte(symbol);
}

void write_packed(ByteSpan symbols, unsigned width, ByteWriter& out) {
  start(Form::packed, out);
  out.byte(static_cast<std::uint8_t>(width));
  if (width == 8) return out.block(symbols);
  BitWriter bits;
  for (const std::uint8_t symbol : symbols) bits.put(symbol, width);
  out.block(bits.finish());
}

Bytes encode_lanes(ByteSpan symbols, ByteSpan table_of, std::span<const rans::Frequencies> tables) {
  return rans::encode(symbols, table_of, tables, symbols.size() <= kShortStream ? rans::kFewLanes : rans::kLanes);
}

bool decode_lanes(ByteSpan block, ByteSpan table_of, std::span<const rans::DecodeEntry> entries,
                  std::span<std::uint8_t> symbols) {
  if (symbols.size() <= kShortStream) return rans::decode_few(block, table_of, entries, symbols);
  return rans::decode(block, table_of, entries, symbols);
}

Bytes write_rans(ByteSpan symbols, const std::array<std::uint32_t, 256>& counts) {
  ByteWriter out;
  const rans::Frequencies table = rans::normalize(counts);
  start(Form::rans, out);
  rans::write_frequencies({&table, 1}, out);
  out.block(encode_lanes(symbols, {}, {&table, 1}));
  return out.take();
}

Bytes write_contexts(ByteSpan symbols, SideContexts contexts) {
  std::vector<std::uint32_t> histograms(256 * contexts.count);
  for (std::size_t i = 0; i < symbols.size(); ++i) ++histograms[256 * contexts.of[i] + symbols[i]];
  const ContextTables tables = cluster_contexts(histograms);
  Bytes table_of(symbols.size());
  for (std::size_t i = 0; i < symbols.size(); ++i) table_of[i] = tables.table_of[contexts.of[i]];
  ByteWriter out;
  start(Form::contexts, out);
  write_context_tables(tables, out);
  out.block(encode_lanes(symbols, table_of, tables.tables));
  return out.take();
}

bool read_packed(ByteReader& in, std::span<std::uint8_t> symbols) {
  const unsigned width = in.byte();
  const ByteSpan block = in.block();
  if (width == 8) {
    if (block.size() != symbols.size()) return false;
    std::copy(block.begin(), block.end(), symbols.begin());
    return true;
  }
  BitReader bits(block);
  if (width > 8 || !bits.usable()) return false;
  for (std::uint8_t& symbol : symbols) symbol = static_cast<std::uint8_t>(bits.get(width));
  return bits.finished();
}

bool read_rans(ByteReader& in, std::span<std::uint8_t> symbols) {
  rans::Frequencies frequencies;
  if (!rans::read_frequencies(in, {&frequencies, 1})) return false;
  std::array<rans::DecodeEntry, rans::kScale> table;
  rans::fill_decode_table(frequencies, table);
  const ByteSpan block = in.block();
  return in.ok() && decode_lanes(block, {}, table, symbols);
}

bool read_contexts(ByteReader& in, const ContextSource& contexts, std::span<std::uint8_t> symbols) {
  ContextTables tables;
  if (!read_context_tables(in, contexts.count, tables)) return false;
  Scratch<std::uint8_t> table_of(symbols.size());
  contexts.fill(tables.table_of, table_of);
  const ByteSpan block = in.block();
  return in.ok() && decode_lanes(block, table_of, decode_entries(tables), symbols);
}

}  // namespace

void write_symbols(ByteSpan symbols, ByteWriter& out) {
  const auto counts = histogram(symbols);
  const std::uint8_t largest = symbols.empty() ? 0 : *std::max_element(symbols.begin(), symbols.end());
  if (symbols.empty() || counts[largest] == symbols.size()) return write_constant(largest, out);
  const unsigned width = static_cast<unsigned>(std::bit_width(largest));
  const std::size_t packed = width == 8 ? symbols.size() : (symbols.size() * width + 7) / 8 + kBitPadding;
  if (entropy_cost(counts) / kOneBit / 8 < packed) {
    const Bytes coded = write_rans(symbols, counts);
    if (coded.size() < packed) return out.bytes(coded);
  }
  write_packed(symbols, width, out);
}

void write_symbols(ByteSpan symbols, SideContexts contexts, ByteWriter& out) {
  ByteWriter plain;
  write_symbols(symbols, plain);
  constexpr std::size_t kTooFew = 256;
  if (contexts.count > 1 && symbols.size() >= kTooFew) {
    const Bytes coded = write_contexts(symbols, contexts);
    if (coded.size() < plain.size()) return out.bytes(coded);
  }
  out.bytes(plain.span());
}

bool read_symbols(ByteReader& in, std::span<std::uint8_t> symbols) {
  return read_symbols(in, ContextSource{}, symbols);
}

bool read_symbols(ByteReader& in, const ContextSource& contexts, std::span<std::uint8_t> symbols) {
  switch (static_cast<Form>(in.byte())) {
    case Form::constant: {
      const std::uint8_t symbol = in.byte();
      std::fill(symbols.begin(), symbols.end(), symbol);
      return in.ok();
    }
    case Form::packed:
      return read_packed(in, symbols);
    case Form::rans:
      return read_rans(in, symbols);
    case Form::contexts:
      return contexts.fill && read_contexts(in, contexts, symbols);
  }
  return false;
}

}  // namespace daybreak::codecs
