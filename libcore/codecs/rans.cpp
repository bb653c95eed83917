#include "libcore/codecs/rans.h"

#include <algorithm>

#include "libcore/codecs/instruction_sets.h"
#include "libcore/codecs/rans_lanes.h"

namespace daybreak::codecs::rans {
namespace {

struct EncodeEntry {
  std::uint32_t frequency, start;
};

std::vector<EncodeEntry> encode_entries(std::span<const Frequencies> tables) {
  std::vector<EncodeEntry> entries;
  entries.reserve(256 * tables.size());
  for (const Frequencies& table : tables) {
    std::uint32_t start = 0;
    for (const std::uint32_t frequency : table) {
      entries.push_back({frequency, start});
      start += frequency;
    }
  }
  return entries;
}

/// By one symbol after the other.
template <unsigned kOfLanes>
void decode_by_one(Lanes& lanes, const DecodeEntry* tables, ByteSpan contexts, std::span<std::uint8_t> symbols,
                   std::size_t from) {
  for (std::size_t at = from; at < symbols.size(); ++at) {
    std::uint32_t& x = lanes.states[at % kOfLanes];
    const DecodeEntry entry =
        tables[(contexts.empty() ? 0 : std::size_t{contexts[at]} << kScaleBits) | (x & (kScale - 1))];
    x = (entry >> 20) * (x >> kScaleBits) + (entry >> 8 & (kScale - 1));
    if (x < kLowest && lanes.end - lanes.words >= 2) {
      x = x << 16 | load_little<std::uint16_t>(lanes.words);
      lanes.words += 2;
    }
    symbols[at] = static_cast<std::uint8_t>(entry);
  }
}

/// Lanes at the begin of a stream of so many symbols. False where the bytes are too few.
bool start(ByteSpan bytes, std::size_t symbols, unsigned of_lanes, Lanes& lanes) {
  ByteReader in(bytes);
  std::fill(std::begin(lanes.states), std::end(lanes.states), kLowest);
  for (std::size_t lane = 0; lane < std::min<std::size_t>(of_lanes, symbols); ++lane)
    lanes.states[lane] = in.fixed<std::uint32_t>();
  const ByteSpan words = in.bytes(in.left());
  lanes.words = words.data(), lanes.end = words.data() + words.size();
  return in.ok();
}

bool ended(const Lanes& lanes) {
  return lanes.words == lanes.end &&
         std::all_of(std::begin(lanes.states), std::end(lanes.states), [](std::uint32_t x) { return x == kLowest; });
}

}  // namespace

void decode_symbols(const LaneKernel& kernel, Lanes& lanes, const DecodeEntry* tables, ByteSpan contexts,
                    std::span<std::uint8_t> symbols) {
  const std::size_t groups = symbols.size() / kLanes;
  const auto decode_from = [&](std::size_t done) {
    const std::uint8_t* const context = contexts.empty() ? nullptr : contexts.data() + done * kLanes;
    return done + kernel.decode_groups(lanes, tables, context, symbols.data() + done * kLanes, groups - done);
  };
  std::size_t done = decode_from(0);
  if (const std::ptrdiff_t left = lanes.end - lanes.words; done < groups && left < kGroupBytes) {
    std::uint8_t padded[2 * kGroupBytes] = {};
    std::copy_n(lanes.words, left, padded);
    const Lanes real = lanes;
    lanes.words = padded, lanes.end = padded + left + kGroupBytes;
    done = decode_from(done);
    const std::ptrdiff_t taken = lanes.words - padded;
    lanes.words = real.words + std::min(taken, left), lanes.end = real.end;
    if (taken > left) lanes.states[0] = 0;
  }
  decode_by_one<kLanes>(lanes, tables, contexts, symbols, done * kLanes);
}

std::span<const LaneKernel* const> kernels() {
  static const LaneKernel* const all[] = {DAYBREAK_KERNEL_FAMILY};
  return usable_kernels<LaneKernel>(all);
}

const LaneKernel& best_kernel() {
  return *kernels().back();
}

Bytes encode(ByteSpan symbols, ByteSpan contexts, std::span<const Frequencies> tables, unsigned lanes) {
  const std::vector<EncodeEntry> entries = encode_entries(tables);
  std::uint32_t states[kLanes];
  std::fill(std::begin(states), std::end(states), kLowest);
  std::vector<std::uint16_t> words;  // last first: decoding runs the other way
  words.reserve(symbols.size() / 2);
  for (std::size_t at = symbols.size(); at-- > 0;) {
    const EncodeEntry entry = entries[(contexts.empty() ? 0 : std::size_t{contexts[at]} << 8) | symbols[at]];
    std::uint32_t& x = states[at % lanes];
    if (x >= entry.frequency << (32 - kScaleBits)) {
      words.push_back(static_cast<std::uint16_t>(x));
      x >>= 16;
    }
    x = x / entry.frequency << kScaleBits | (x % entry.frequency + entry.start);
  }
  const std::size_t used = std::min<std::size_t>(lanes, symbols.size());
  Bytes bytes(4 * used + 2 * words.size());
  for (std::size_t lane = 0; lane < used; ++lane) store_little(states[lane], bytes.data() + 4 * lane);
  std::uint8_t* to = bytes.data() + 4 * used;
  for (auto word = words.rbegin(); word != words.rend(); ++word, to += 2) store_little(*word, to);
  return bytes;
}

bool decode(ByteSpan bytes, ByteSpan contexts, std::span<const DecodeEntry> tables, std::span<std::uint8_t> symbols,
            const LaneKernel& kernel) {
  Lanes lanes;
  if (!start(bytes, symbols.size(), kLanes, lanes)) return false;
  decode_symbols(kernel, lanes, tables.data(), contexts, symbols);
  return ended(lanes);
}

bool decode_few(ByteSpan bytes, ByteSpan contexts, std::span<const DecodeEntry> tables,
                std::span<std::uint8_t> symbols) {
  Lanes lanes;
  if (!start(bytes, symbols.size(), kFewLanes, lanes)) return false;
  decode_by_one<kFewLanes>(lanes, tables.data(), contexts, symbols, 0);
  return ended(lanes);
}

}  // namespace daybreak::codecs::rans
