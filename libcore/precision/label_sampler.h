#pragma once
// Labels drawn from the model's own predictions, as the Gauss-Newton matrix of cross-entropy asks for.
#include <cstdint>
#include <span>
#include <vector>

namespace daybreak::precision {

/// `labels` drawings for every row of logits[rows, vocabulary], each from softmax(row): [labels][rows]. By inverse transform
/// of numbers that are a function of (seed, sequence, row, drawing) alone, so that more drawings leave the first ones alone.
std::vector<std::vector<std::uint32_t>> draw_labels(std::span<const float> logits, std::int64_t vocabulary, std::int64_t labels,
                                                    std::uint64_t seed, std::uint64_t sequence);

}  // namespace daybreak::precision
