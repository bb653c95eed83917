#pragma once
// The symbols of a context stream (context_stream.h) whose walk goes over four bands (bands.h), as that of old neighbors
// (neighbors.h). Each waits for its context, and so for the symbol before it in its band: what lies on that way is short,
// and nothing branches on it. What a symbol does to its lane is off that way, and done for many lanes at once.
#include <algorithm>
#include <array>

#include "libcore/codecs/bands.h"
#include "libcore/codecs/context_lanes.h"
#include "libcore/codecs/context_tables.h"
#include "libcore/codecs/labels.h"
#include "libcore/codecs/scratch.h"

namespace daybreak::codecs {

class ContextDecoder {
 public:
  /// Of `count` symbols. False where the bytes are no such stream.
  bool open(ByteReader& in, std::size_t count, std::size_t contexts, const Labels& labels);

  /// Decodes all symbols in the order of the bands. At each place the model gives the context, context(band, place),
  /// which is below the number of contexts, and takes what stands there, put(band, place, symbol, 256 * label). False
  /// where the stream does not end with them.
  template <class Model>
  bool decode(const Bands& bands, Model model) {
    State state = state_;
    const lanes::Kernel& kernel = *lanes::kernels().back();
    // Locals of which no address is taken: bytes that the model writes may alias all else.
    const std::uint16_t* const table_of = state.table_of;
    const std::uint16_t* const slots = state.slots;
    const std::size_t in_all = bands.in_all();
    std::size_t place = 0;
    // Of these lanes and of those before, which go on when their symbols have left the processor's store buffer.
    lanes::Found found[2];
    std::uint32_t* before = nullptr;
    const auto advance = [&](const lanes::Found& of) {
      if (before != nullptr) state.words = kernel.advance(before, state.words, of, state.spans);
    };
    while (in_all - place >= kPlaces && state.end - state.words >= kGroupBytes)
      for (std::size_t lane = 0; lane < rans::kLanes; lane += lanes::kAtOnce) {
        std::uint32_t* const states = state.lanes.data() + lane;
        lanes::Found& here = found[lane / lanes::kAtOnce % 2];
        for (std::size_t i = 0; i < lanes::kAtOnce; i += kBands, ++place)
#pragma GCC unroll 4
          for (std::size_t band = 0; band < kBands; ++band) {  // unrolled, so that the model lies in registers
            const std::size_t table = table_of[model.context(band, place)];
            const std::size_t labeled = symbol_at(slots + (states[i + band] & (rans::kScale - 1)), table);
            here.tables[i + band] = static_cast<std::uint16_t>(table);
            here.symbols[i + band] = static_cast<std::uint16_t>(labeled);
            put(model, band, place, labeled);
          }
        advance(found[1 - lane / lanes::kAtOnce % 2]);
        before = states;
      }
    advance(found[1]);
    std::size_t lane = 0;
    walk_bands(bands, place, [&](std::size_t band, std::size_t at) {
      put(model, band, at, state.careful_next(state.lanes[lane++ % rans::kLanes], model.context(band, at)));
    });
    return state.words == state.end &&
           std::all_of(state.lanes.begin(), state.lanes.end(), [](std::uint32_t x) { return x == rans::kLowest; });
  }

 private:
  static constexpr std::size_t kPlaces = rans::kLanes / kBands;
  static constexpr std::ptrdiff_t kGroupBytes = 4 * rans::kLanes;

  static constexpr unsigned kTableShift = lanes::kTableShift;

  /// The symbol of a slot in a table of table_of, whose number is such that eight times it is the table's distance in
  /// bytes: the processor reckons that within the load.
  static std::size_t symbol_at(const std::uint16_t* slot, std::size_t table) {
    static_assert(sizeof(std::uint16_t) << rans::kScaleBits == std::size_t{8} << kTableShift);
    return slot[table * (8 / sizeof(std::uint16_t))];
  }

  /// The tables' parts as the way from symbol to symbol needs them.
  struct State {
    /// The symbol in a lane, with its label above it; two bytes of words are left.
    std::size_t next(std::uint32_t& lane, std::size_t context) {
      const std::size_t table = table_of[context], slot = lane & (rans::kScale - 1);
      const std::size_t labeled = symbol_at(slots + slot, table);
      const std::uint32_t span = spans[table >> (kTableShift - 8) | (labeled & 0xFF)];
      const std::uint32_t x =
          (span >> 16) * (lane >> rans::kScaleBits) + static_cast<std::uint32_t>(slot) - (span & 0xFFFF);
      const std::uint32_t refilled = x << 16 | load_little<std::uint16_t>(words);
      const bool low = x < rans::kLowest;
      lane = low ? refilled : x;
      words += low ? 2 : 0;
      return labeled;
    }
    /// The same at the end of the words, beyond which lanes take none.
    std::size_t careful_next(std::uint32_t& lane, std::size_t context) {
      if (end - words >= 2) return next(lane, context);
      constexpr std::uint8_t kNothing[2] = {};
      const std::uint8_t* const left = std::exchange(words, kNothing);
      const std::size_t labeled = next(lane, context);
      if (words != kNothing) lane >>= 16;
      words = left;
      return labeled;
    }

    std::array<std::uint32_t, rans::kLanes> lanes;
    const std::uint8_t *words, *end;
    const std::uint16_t* table_of;  // of each context its table times 2^kTableShift
    const std::uint16_t* slots;     // of each table and slot the symbol, and its label above it
    const std::uint32_t* spans;     // of each table and symbol the start, and its frequency above it
  };

  template <class Model>
  static void put(Model& model, std::size_t band, std::size_t place, std::size_t labeled) {
    model.put(band, place, static_cast<std::uint8_t>(labeled), labeled & 0xFF00);
  }

  Scratch<std::uint16_t> table_of_;
  Scratch<std::uint16_t> slots_;
  Scratch<std::uint32_t> spans_;
  State state_{};
};

}  // namespace daybreak::codecs
