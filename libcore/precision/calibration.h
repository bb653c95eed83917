#pragma once
// The text that a model is measured on: whole sequences out of a token stream.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libcore/dataset/reader.h"

namespace daybreak::precision {

struct Calibration {
  std::int64_t context = 0, sequences = 0;
  std::vector<std::uint32_t> inputs;   // [sequences, context]
  std::vector<std::uint32_t> targets;  // [sequences, context]: each the token after its input
  std::string tokens_xxh3;             // of inputs and targets, 16 hexadecimal digits

  std::int64_t tokens() const { return sequences * context; }
  std::span<const std::uint32_t> input(std::int64_t sequence) const { return part(inputs, sequence); }
  std::span<const std::uint32_t> target(std::int64_t sequence) const { return part(targets, sequence); }

 private:
  std::span<const std::uint32_t> part(const std::vector<std::uint32_t>& all, std::int64_t sequence) const {
    return std::span(all).subspan(static_cast<std::size_t>(sequence * context), static_cast<std::size_t>(context));
  }
};

/// ceil(tokens / context) sequences of the dataset's token stream that do not overlap: the stream is cut into windows of
/// `context` tokens, the windows into as many equal strata as sequences are wanted, and one window is drawn from each, a
/// function of (seed, number of the sequence). Fewer sequences where the stream has fewer windows. Errors: Error (data)
/// where it has none, and for a token that is not below `vocabulary`, with its position; usage for a count below 1.
Calibration draw_calibration(const dataset::Reader& data, std::int64_t tokens, std::int64_t context, std::int64_t vocabulary,
                             std::uint64_t seed);

/// The window that each of `sequences` draws of `windows`: ascending, no two the same.
std::vector<std::uint64_t> draw_windows(std::uint64_t windows, std::uint64_t sequences, std::uint64_t seed);

}  // namespace daybreak::precision
