#include "libcore/codecs/context_decoder.h"

namespace daybreak::codecs {
namespace {

void fill_tables(const rans::Frequencies& frequencies, const Labels& labels, std::uint16_t* slots,
                 std::uint32_t* spans) {
  std::uint32_t start = 0;
  for (std::size_t symbol = 0; symbol < 256; ++symbol) {
    const std::uint32_t frequency = frequencies[symbol];
    spans[symbol] = frequency << 16 | start;
    std::fill_n(slots + start, frequency, static_cast<std::uint16_t>(symbol | labels[symbol] << 8));
    start += frequency;
  }
}

}  // namespace

bool ContextDecoder::open(ByteReader& in, std::size_t count, std::size_t contexts, const Labels& labels) {
  ContextTables tables;
  if (!read_context_tables(in, contexts, tables)) return false;
  slots_.resize(tables.tables.size() << rans::kScaleBits);
  spans_.resize(tables.tables.size() << 8);
  for (std::size_t t = 0; t < tables.tables.size(); ++t)
    fill_tables(tables.tables[t], labels, slots_.data() + (t << rans::kScaleBits), spans_.data() + (t << 8));
  table_of_.resize(contexts);
  for (std::size_t i = 0; i < contexts; ++i)
    table_of_[i] = static_cast<std::uint16_t>(tables.table_of[i] << kTableShift);
  ByteReader block(in.block());
  state_.lanes.fill(rans::kLowest);
  for (std::size_t lane = 0; lane < std::min<std::size_t>(count, rans::kLanes); ++lane)
    state_.lanes[lane] = block.fixed<std::uint32_t>();
  const ByteSpan words = block.bytes(block.left());
  state_.words = words.data(), state_.end = words.data() + words.size();
  state_.table_of = table_of_.data(), state_.slots = slots_.data(), state_.spans = spans_.data();
  return in.ok() && block.ok();
}

}  // namespace daybreak::codecs
