#pragma once
// Symbols whose contexts follow from the symbols before them, in the order of a walk that encoder and decoder share.
// read_field() (symbol_field.h), serial_decoder.h and, of four bands, context_decoder.h give them back.
// Bytes: tables and map (context_tables.h), then a block of rANS (rans.h) whose symbols lie in the order of the walk.
#include "libcore/codecs/context_tables.h"

namespace daybreak::codecs {

/// What an encoder's walk collects.
class ContextCollector {
 public:
  ContextCollector(std::size_t count, std::size_t contexts) : histograms_(256 * contexts) {
    symbols_.reserve(count);
    contexts_.reserve(count);
  }
  void put(std::size_t context, std::uint8_t symbol) {
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

}  // namespace daybreak::codecs
