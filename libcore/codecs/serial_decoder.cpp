#include "libcore/codecs/serial_decoder.h"

namespace daybreak::codecs {

bool SerialDecoder::open(ByteReader& in, std::size_t count, std::size_t contexts) {
  ContextTables tables;
  if (!read_context_tables(in, contexts, tables)) return false;
  symbols_.resize(tables.tables.size() << rans::kScaleBits);
  spans_.resize(tables.tables.size() << 8);
  for (std::size_t t = 0; t < tables.tables.size(); ++t) {
    std::uint32_t start = 0;
    for (std::size_t symbol = 0; symbol < 256; ++symbol) {
      const std::uint32_t frequency = tables.tables[t][symbol];
      spans_[t << 8 | symbol] = frequency << 16 | start;
      std::fill_n(symbols_.data() + (t << rans::kScaleBits | start), frequency, static_cast<std::uint8_t>(symbol));
      start += frequency;
    }
  }
  table_of_.resize(contexts);
  for (std::size_t i = 0; i < contexts; ++i)
    table_of_[i] = static_cast<std::uint16_t>(tables.table_of[i] << lanes::kTableShift);
  ByteReader block(in.block());
  states_.fill(rans::kLowest);
  for (std::size_t lane = 0; lane < std::min<std::size_t>(count, rans::kLanes); ++lane)
    states_[lane] = block.fixed<std::uint32_t>();
  const ByteSpan words = block.bytes(block.left());
  words_ = words.data(), end_ = words.data() + words.size();
  advance_ = lanes::kernels().back()->advance;
  return in.ok() && block.ok();
}

void SerialDecoder::advance_carefully(std::size_t group, std::size_t count) {
  const lanes::Found& found = found_[group];
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t& state = states_[group * lanes::kAtOnce + i];
    const std::uint32_t span = spans_[found.tables[i] >> (lanes::kTableShift - 8) | found.symbols[i]];
    state = (span >> 16) * (state >> rans::kScaleBits) + (state & (rans::kScale - 1)) - (span & 0xFFFF);
    if (state >= rans::kLowest || end_ - words_ < 2) continue;
    state = state << 16 | load_little<std::uint16_t>(words_);
    words_ += 2;
  }
}

bool SerialDecoder::finished() {
  if (any_) advance_carefully(waiting_ % kGroups, lanes::kAtOnce);
  advance_carefully(lane_ / lanes::kAtOnce, lane_ % lanes::kAtOnce);
  return words_ == end_ &&
         std::all_of(states_.begin(), states_.end(), [](std::uint32_t state) { return state == rans::kLowest; });
}

}  // namespace daybreak::codecs
