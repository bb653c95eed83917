#pragma once
// Which tokens a step sees: a pure function of (seed, step), so that a resumed run goes on without reading what came before.
#include <cstdint>

namespace daybreak::training {

/// A random-looking permutation of 0 .. size-1 in constant memory: a Feistel network over the next power of four, walked
/// along its cycle until it comes back into the range (Black and Rogaway, 2002).
class Permutation {
 public:
  /// size at least 1. Another key is another permutation.
  Permutation(std::uint64_t size, std::uint64_t seed, std::uint64_t epoch);
  /// The place of `index`, which is below size. Expected cost: below four walks.
  std::uint64_t operator()(std::uint64_t index) const;

 private:
  std::uint64_t size_, seed_, epoch_;
  int half_bits_;
};

/// Cuts a stream of tokens into windows of context + 1 tokens (the last one of a window is the first of the next: it is
/// the target there) and shuffles them anew in each epoch. Where the windows begin moves from epoch to epoch.
class SampleOrder {
 public:
  /// Throws Error (data) where the stream holds less than context + 1 tokens.
  SampleOrder(std::uint64_t tokens, std::uint64_t context, std::uint64_t seed);
  /// The first token of the `index`-th sample since the beginning of the run.
  std::uint64_t first_token(std::uint64_t index) const;
  /// Samples that make an epoch.
  std::uint64_t epoch_samples() const { return windows_; }

 private:
  std::uint64_t context_, seed_, windows_, slack_;
};

}  // namespace daybreak::training
