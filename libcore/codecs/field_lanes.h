#pragma once
// The inner loop of symbol_field.h, once for each instruction set. Types alone: what is inline here would be compiled
// with flags that not every processor takes.
#include <cstddef>
#include <cstdint>
#include <span>

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs::field {

constexpr std::size_t kFeatures = 6, kMostBands = 32, kLanes = 32;

/// What the next places need. An entry is a symbol in its lowest byte, and above it the symbol's levels as each
/// feature, where an index of the tree has them: the index is put together from the entries around a place.
struct State {
  std::uint32_t lanes[kLanes];
  const std::uint8_t *words, *end;
  std::size_t bands;
  std::size_t there;             // the first so many of them have the places that are next
  std::size_t lane;              // the next symbol's
  const std::uint8_t* table_of;  // of each index; kReadBehind bytes behind the last may be read
  const std::uint32_t* slots;    // of each table and slot the entry
  const std::uint32_t* spans;    // of each table and symbol the start, and its frequency above it
  std::uint32_t* ring;           // entries of the last places, band by band
  std::size_t ring_mask;         // places of the ring, a power of two, less one
  std::size_t distances[kFeatures];
  std::uint32_t masks[kFeatures];  // of each feature its level in an entry
};

/// The symbols of places [from, to), place by place of the bands that are there, while kStepBytes of words are left;
/// returns the place that is next.
struct Kernel {
  const char* name;
  InstructionSet needs;
  std::size_t width;  // the bands that are there and the lane are multiples of it
  std::size_t (*decode)(State& state, std::size_t from, std::size_t to, std::uint8_t* symbols);
};

constexpr std::size_t kReadBehind = 3;
constexpr std::ptrdiff_t kStepBytes = 64;  // what all lanes may take at one place

/// All kernels that this processor runs, "plain" first; they give equal symbols.
std::span<const Kernel* const> kernels();

namespace plain {
const Kernel& kernel();
/// The next symbol, at a place of one band, near the end of the words.
std::uint8_t decode_one(State& state, std::size_t place, std::size_t band);
}  // namespace plain
namespace avx2 {
const Kernel& kernel();
}
namespace avx512 {
const Kernel& kernel();
}

}  // namespace daybreak::codecs::field
