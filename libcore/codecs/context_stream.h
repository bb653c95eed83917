#pragma once
// Symbols whose contexts follow from the symbols before them, so that decoding goes one by one.
// Bytes: tables and map (context_tables.h), then a block of rANS (rans.h) whose symbols lie in the order of the walk.
#include <algorithm>

#include "libcore/codecs/context_tables.h"

namespace daybreak::codecs {

/// What an encoder's walk collects.
class ContextCollector {
 public:
  ContextCollector(std::size_t count, std::size_t contexts) : histograms_(256 * contexts) {
    symbols_.reserve(count);
    contexts_.reserve(count);
  }
  void put(unsigned context, std::uint8_t symbol) {
    ++histograms_[256 * context + symbol];
    symbols_.push_back(symbol);
    contexts_.push_back(static_cast<std::uint16_t>(context));
  }
  void write(ByteWriter& out) const {
    const ContextTables tables = cluster_contexts(histograms_);
    Bytes table_of(contexts_.size());
    for (std::size_t i = 0; i < table_of.size(); ++i) table_of[i] = tables.table_of[contexts_[i]];
    write_context_tables(tables, out);
    out.block(rans::encode(symbols_, table_of, tables.tables));
  }

 private:
  Bytes symbols_;
  std::vector<std::uint16_t> contexts_;
  std::vector<std::uint32_t> histograms_;
};

/// Gives the symbols back in the order in which they were put.
class ContextDecoder {
 public:
  /// False where the bytes are no such stream.
  bool open(ByteReader& in, std::size_t count, std::size_t contexts) {
    if (!read_context_tables(in, contexts, table_of_, entries_)) return false;
    ByteReader block(in.block());
    std::fill(std::begin(states_), std::end(states_), rans::kLowest);
    for (std::size_t lane = 0; lane < std::min<std::size_t>(count, rans::kLanes); ++lane)
      states_[lane] = block.fixed<std::uint32_t>();
    words_ = block.bytes(block.left());
    return in.ok() && block.ok();
  }
  /// `context` is below the number of contexts.
  std::uint8_t next(unsigned context) {
    std::uint32_t& state = states_[lane_++ % rans::kLanes];
    std::uint32_t x = state;
    const rans::DecodeEntry entry =
        entries_[std::size_t{table_of_[context]} << rans::kScaleBits | (x & (rans::kScale - 1))];
    x = (entry >> 20) * (x >> rans::kScaleBits) + (entry >> 8 & (rans::kScale - 1));
    if (x < rans::kLowest && words_.size() - at_ >= 2) {
      x = x << 16 | load_little<std::uint16_t>(words_.data() + at_);
      at_ += 2;
    }
    state = x;
    return static_cast<std::uint8_t>(entry);
  }
  /// All was decoded, and rightly.
  bool finished() const {
    return at_ == words_.size() &&
           std::all_of(std::begin(states_), std::end(states_), [](std::uint32_t x) { return x == rans::kLowest; });
  }

 private:
  Bytes table_of_;
  std::vector<rans::DecodeEntry> entries_;
  std::uint32_t states_[rans::kLanes];
  ByteSpan words_;
  std::size_t at_ = 0;
  unsigned lane_ = 0;
};

}  // namespace daybreak::codecs
