#pragma once
// Symbols whose contexts are known a batch at a time: the lanes of rANS decode a batch at once.
// Bytes: tables and map (context_tables.h), then a block of rANS (rans.h). Every batch is padded to whole groups of 32
// symbols, with the context of its last symbol.
#include <vector>

#include "libcore/codecs/context_tables.h"
#include "libcore/codecs/lookup_lanes.h"
#include "libcore/codecs/rans_lanes.h"

namespace daybreak::codecs {

class LaneWriter {
 public:
  explicit LaneWriter(std::size_t contexts) : histograms_(256 * contexts) {}
  /// A batch; symbols and contexts are of one length.
  void put(ByteSpan symbols, std::span<const std::uint16_t> contexts);
  void write(ByteWriter& out) const;

 private:
  Bytes symbols_;
  std::vector<std::uint16_t> contexts_;
  std::vector<std::size_t> padding_;  // places of symbols that say nothing
  std::vector<std::uint32_t> histograms_;
};

class LaneReader {
 public:
  /// False where the bytes are no such stream.
  bool open(ByteReader& in, std::size_t contexts);
  /// The tables of contexts, said as their distance above `first`, below lookup::kEntries; the sum is below the number
  /// of contexts.
  void find_tables(std::size_t first, std::span<const std::uint16_t> contexts, std::span<std::uint8_t> tables) const;
  /// The next symbols of a batch by their tables: a multiple of rans::kLanes, or those that are left of it.
  void get(ByteSpan tables, std::span<std::uint8_t> symbols);
  /// All was decoded, and rightly.
  bool finished() const;

 private:
  Bytes table_of_;  // and lookup::kEntries more
  Scratch<rans::DecodeEntry> entries_;
  rans::Lanes lanes_{};
};

}  // namespace daybreak::codecs
