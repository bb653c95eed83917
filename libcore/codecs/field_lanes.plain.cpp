#include "libcore/codecs/field_lanes.h"

#include <utility>

namespace daybreak::codecs::field {
namespace plain {
namespace {

constexpr unsigned kScaleBits = 12;
constexpr std::uint32_t kSlots = 1u << kScaleBits;

/// Where the ring has a place.
std::uint32_t* entries_of(const State& state, std::size_t place) {
  return state.ring + (place & state.ring_mask) * state.bands;
}

std::uint32_t index_at(const State& state, std::size_t place, std::size_t band) {
  std::uint32_t index = 0;
  for (std::size_t f = 0; f < kFeatures; ++f)
    index |= entries_of(state, place - state.distances[f])[band] & state.masks[f];
  return index >> 8;
}

/// The entry that a lane is at; the lane goes on, but for its words.
std::uint32_t advance(const State& state, std::size_t index, std::uint32_t& lane) {
  const std::size_t table = state.table_of[index];
  const std::uint32_t slot = lane & (kSlots - 1), entry = state.slots[table << kScaleBits | slot];
  const std::uint32_t span = state.spans[table << 8 | (entry & 0xFF)];
  lane = (span >> 16) * (lane >> kScaleBits) + slot - (span & 0xFFFF);
  return entry;
}

std::size_t decode(State& shared, std::size_t from, std::size_t to, std::uint8_t* symbols) {
  State state = shared;  // a local, which nothing that is written here may alias
  std::size_t place = from;
  for (; place < to && state.end - state.words >= kStepBytes; ++place) {
    std::uint32_t* const entries = entries_of(state, place);
    const std::uint8_t* words = state.words;
    for (std::size_t band = 0; band < state.there; ++band) {
      std::uint32_t& lane = state.lanes[std::exchange(state.lane, (state.lane + 1) % kLanes)];
      const std::uint32_t entry = advance(state, index_at(state, place, band), lane);
      entries[band] = entry;
      *symbols++ = static_cast<std::uint8_t>(entry);
      const std::uint32_t refilled = lane << 16 | words[0] | static_cast<std::uint32_t>(words[1]) << 8;
      const std::uint32_t low = lane < 0x10000;  // arithmetic, for nobody foresees it
      lane ^= (lane ^ refilled) & (0 - low);
      words += 2 * low;
    }
    state.words = words;
  }
  shared = state;
  return place;
}

}  // namespace

std::uint8_t decode_one(State& state, std::size_t place, std::size_t band) {
  std::uint32_t& x = state.lanes[std::exchange(state.lane, (state.lane + 1) % kLanes)];
  const std::uint32_t entry = advance(state, index_at(state, place, band), x);
  entries_of(state, place)[band] = entry;
  if (x < 0x10000 && state.end - state.words >= 2) {
    x = x << 16 | state.words[0] | static_cast<std::uint32_t>(state.words[1]) << 8;
    state.words += 2;
  }
  return static_cast<std::uint8_t>(entry);
}

const Kernel& kernel() {
  static const Kernel own{"plain", InstructionSet::plain, 1, decode};
  return own;
}

}  // namespace plain

std::span<const Kernel* const> kernels() {
  static const Kernel* const all[] = {DAYBREAK_KERNEL_FAMILY};
  return usable_kernels<Kernel>(all);
}

}  // namespace daybreak::codecs::field
