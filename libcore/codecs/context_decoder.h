#pragma once
// The symbols of a context stream (context_stream.h) given back. Each waits for its context, and so for the symbol
// before it in its band: what lies on that way is short, and nothing branches on it.
#include <algorithm>
#include <array>

#include "libcore/codecs/bands.h"
#include "libcore/codecs/context_tables.h"
#include "libcore/codecs/scratch.h"

namespace daybreak::codecs {

/// For each symbol something that its neighbors' contexts ask of it.
using Labels = std::array<std::uint8_t, 256>;

class ContextDecoder {
 public:
  /// Of `count` symbols. False where the bytes are no such stream.
  bool open(ByteReader& in, std::size_t count, std::size_t contexts, const Labels& labels);

  /// Decodes all symbols in the order of the bands. At each place the model gives the context, context(band, place),
  /// which is below the number of contexts, and takes what stands there, put(band, place, symbol, label). False where
  /// the stream does not end with them.
  template <class Model>
  bool decode(const Bands& bands, Model model) {
    State state = state_;  // a local one: bytes that the model writes may alias what a member holds
    std::size_t place = 0;
    constexpr std::size_t kPlaces = rans::kLanes / kBands;
    for (const std::size_t in_all = bands.in_all();
         in_all - place >= kPlaces && state.end - state.words >= kGroupBytes;)
      for (std::size_t lane = 0; lane < rans::kLanes; lane += kBands, ++place)
#pragma GCC unroll 4
        for (std::size_t band = 0; band < kBands; ++band)  // unrolled, so that the model lies in registers
          put(model, band, place, state.next(state.lanes[lane + band], model.context(band, place)));
    std::size_t lane = 0;
    walk_bands(
        bands,
        [&](std::size_t band, std::size_t at) {
          put(model, band, at, state.careful_next(state.lanes[lane++ % rans::kLanes], model.context(band, at)));
        },
        place);
    return state.words == state.end &&
           std::all_of(state.lanes.begin(), state.lanes.end(), [](std::uint32_t x) { return x == rans::kLowest; });
  }

 private:
  static constexpr std::ptrdiff_t kGroupBytes = 2 * rans::kLanes;

  /// The tables' parts as the way from symbol to symbol needs them.
  struct State {
    /// The symbol in a lane, with its label above it; two bytes of words are left.
    std::uint32_t next(std::uint32_t& lane, std::size_t context) {
      const std::size_t table = table_of[context];
      const std::uint32_t slot = lane & (rans::kScale - 1);
      const std::uint32_t labeled = slots[table << rans::kScaleBits | slot];
      const std::uint32_t span = spans[table << 8 | (labeled & 0xFF)];
      const std::uint32_t x = (span >> 16) * (lane >> rans::kScaleBits) + slot - (span & 0xFFFF);
      const std::uint32_t refilled = x << 16 | load_little<std::uint16_t>(words);
      const std::uint32_t low = x < rans::kLowest;
      lane = x ^ ((x ^ refilled) & (0 - low));
      words += 2 * low;
      return labeled;
    }
    /// The same at the end of the words, beyond which lanes take none.
    std::uint32_t careful_next(std::uint32_t& lane, std::size_t context) {
      if (end - words >= 2) return next(lane, context);
      constexpr std::uint8_t kNothing[2] = {};
      const std::uint8_t* const left = std::exchange(words, kNothing);
      const std::uint32_t labeled = next(lane, context);
      if (words != kNothing) lane >>= 16;
      words = left;
      return labeled;
    }

    std::array<std::uint32_t, rans::kLanes> lanes;
    const std::uint8_t *words, *end;
    const std::uint8_t* table_of;
    const std::uint16_t* slots;  // of each table and slot the symbol, and its label above it
    const std::uint32_t* spans;  // of each table and symbol the start, and its frequency above it
  };

  template <class Model>
  static void put(Model& model, std::size_t band, std::size_t place, std::uint32_t labeled) {
    model.put(band, place, static_cast<std::uint8_t>(labeled), static_cast<std::uint8_t>(labeled >> 8));
  }

  Bytes table_of_;
  Scratch<std::uint16_t> slots_;
  Scratch<std::uint32_t> spans_;
  State state_{};
};

}  // namespace daybreak::codecs
