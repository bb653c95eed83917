#pragma once
// The symbols of a context stream (context_stream.h), one by one, where other streams are read between them. Nothing
// branches on a symbol.
#include <algorithm>
#include <array>

#include "libcore/codecs/context_tables.h"

namespace daybreak::codecs {

class SerialDecoder {
 public:
  /// Of `count` symbols. False where the bytes are no such stream.
  bool open(ByteReader& in, std::size_t count, std::size_t contexts) {
    ContextTables tables;
    if (!read_context_tables(in, contexts, tables)) return false;
    const auto entries = decode_entries(tables);
    table_of_ = std::move(tables.table_of);
    symbols_.resize(entries.size());
    spans_.resize(entries.size() / rans::kScale * 256);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      symbols_[i] = static_cast<std::uint8_t>(entries[i]);
      const std::uint32_t start = (i % rans::kScale) - (entries[i] >> 8 & (rans::kScale - 1));
      spans_[i / rans::kScale << 8 | symbols_[i]] = entries[i] >> 20 << 16 | start;
    }
    ByteReader block(in.block());
    lanes_.fill(rans::kLowest);
    for (std::size_t lane = 0; lane < std::min<std::size_t>(count, rans::kLanes); ++lane)
      lanes_[lane] = block.fixed<std::uint32_t>();
    const ByteSpan words = block.bytes(block.left());
    words_.assign(words.begin(), words.end());
    words_.resize(words.size() + kPadding);
    end_ = words.size();
    return in.ok() && block.ok();
  }
  /// `context` is below the number of contexts. Beyond the end of the stream: some symbol.
  std::uint8_t next(std::size_t context) {
    std::uint32_t& lane = lanes_[next_lane_++ % rans::kLanes];
    const std::size_t table = table_of_[context];
    const std::uint32_t slot = lane & (rans::kScale - 1);
    const std::uint8_t symbol = symbols_[table << rans::kScaleBits | slot];
    const std::uint32_t span = spans_[table << 8 | symbol];
    const std::uint32_t x = (span >> 16) * (lane >> rans::kScaleBits) + slot - (span & 0xFFFF);
    const std::uint32_t refilled = x << 16 | load_little<std::uint16_t>(words_.data() + at_);
    const std::uint32_t low = static_cast<std::uint32_t>(x < rans::kLowest) & static_cast<std::uint32_t>(at_ < end_);
    lane = x ^ ((x ^ refilled) & (0 - low));
    at_ += 2 * low;
    return symbol;
  }
  /// All was decoded, and rightly.
  bool finished() const {
    return at_ == end_ && std::all_of(lanes_.begin(), lanes_.end(), [](std::uint32_t x) { return x == rans::kLowest; });
  }

 private:
  static constexpr std::size_t kPadding = 4;  // what may be loaded beyond the last word
  Bytes table_of_, words_;
  Bytes symbols_;                     // of each table and slot
  std::vector<std::uint32_t> spans_;  // of each table and symbol the start, and the frequency above it
  std::array<std::uint32_t, rans::kLanes> lanes_{};
  std::size_t at_ = 0, end_ = 0;
  unsigned next_lane_ = 0;
};

}  // namespace daybreak::codecs
