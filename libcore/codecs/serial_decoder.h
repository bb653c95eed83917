#pragma once
// The symbols of a context stream (context_stream.h), one by one, where other streams are read between them. Nothing
// branches on a symbol. What a symbol does to its lane is done for some lanes at once, as late as that goes.
#include <algorithm>
#include <array>

#include "libcore/codecs/context_lanes.h"
#include "libcore/codecs/context_tables.h"

namespace daybreak::codecs {

class SerialDecoder {
 public:
  /// Of `count` symbols. False where the bytes are no such stream.
  bool open(ByteReader& in, std::size_t count, std::size_t contexts);
  /// `context` is below the number of contexts. Beyond the end of the stream: some symbol.
  std::uint8_t next(std::size_t context) {
    const std::size_t table = table_of_[context];
    const std::uint8_t symbol =
        symbols_[table << (rans::kScaleBits - lanes::kTableShift) | (states_[lane_] & (rans::kScale - 1))];
    const std::size_t at = lane_ % lanes::kAtOnce;
    lanes::Found& found = found_[lane_ / lanes::kAtOnce];
    found.tables[at] = static_cast<std::uint16_t>(table);
    found.symbols[at] = symbol;
    lane_ = (lane_ + 1) % rans::kLanes;
    if (at + 1 == lanes::kAtOnce) advance();
    return symbol;
  }
  /// All was decoded, and rightly.
  bool finished();

 private:
  static constexpr std::size_t kGroups = rans::kLanes / lanes::kAtOnce;
  static constexpr std::ptrdiff_t kAdvanceBytes = 2 * lanes::kAtOnce;

  /// A group of lanes is full: the one before it goes on, whose symbols have left the processor's store buffer.
  void advance() {
    const std::size_t group = std::exchange(waiting_, lane_ / lanes::kAtOnce + kGroups - 1) % kGroups;
    if (!any_) {
      any_ = true;
    } else if (end_ - words_ < kAdvanceBytes) {
      advance_carefully(group, lanes::kAtOnce);
    } else {
      words_ = advance_(states_.data() + group * lanes::kAtOnce, words_, found_[group], spans_.data());
    }
  }
  /// The first `count` lanes of a group, one by one: beyond the end of the words lanes take none.
  void advance_carefully(std::size_t group, std::size_t count);

  decltype(lanes::Kernel::advance) advance_ = nullptr;
  std::array<std::uint32_t, rans::kLanes> states_{};
  std::size_t lane_ = 0;
  std::size_t waiting_ = 0;  // the group that is full, if any_
  bool any_ = false;
  std::array<lanes::Found, kGroups> found_{};
  Scratch<std::uint16_t> table_of_;  // of each context its table times 2^kTableShift
  Scratch<std::uint8_t> symbols_;    // of each table and slot
  Scratch<std::uint32_t> spans_;     // of each table and symbol the start, and the frequency above it
  const std::uint8_t *words_ = nullptr, *end_ = nullptr;
};

}  // namespace daybreak::codecs
