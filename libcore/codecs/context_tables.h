#pragma once
// Symbols whose odds depend on a context. A model may tell thousands of contexts apart; contexts that behave alike
// share one of at most 64 tables, and a map from context to table stands in the stream (as in JPEG XL).
//
// Bytes: the number of tables - 1 (1 byte); where there are several, the map, a byte for each context, as a symbol
// stream (symbols.h); then the tables (rans.h).
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/codecs/scratch.h"
#include "libcore/codecs/rans.h"

namespace daybreak::codecs {

constexpr std::size_t kMostContexts = 4096;

struct ContextTables {
  Bytes table_of;  // of each context
  std::vector<rans::Frequencies> tables;
};

/// Tables for histograms of 256 counts a context: the sum of coded symbols and of the tables is kept small.
ContextTables cluster_contexts(std::span<const std::uint32_t> histograms);

void write_context_tables(const ContextTables& tables, ByteWriter& out);
/// False where the bytes are no tables for so many contexts.
bool read_context_tables(ByteReader& in, std::size_t contexts, ContextTables& tables);
/// What rans::decode() takes.
Scratch<rans::DecodeEntry> decode_entries(const ContextTables& tables);

}  // namespace daybreak::codecs
