#pragma once
// What rounding changes in every weight, and products of that with gradients.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/model/parameters.h"
#include "libcore/precision/profile.h"

namespace daybreak::precision {

/// The products of a gradient with one tensor's changes in one format.
struct GradientProducts {
  double inner = 0;     // sum g dW
  double absolute = 0;  // sum |g dW|
  double squares = 0;   // sum (g dW)^2
};

/// dW for every tensor and format. Sums run over blocks of a fixed size whose results are added in order, so that the
/// number of threads does not show.
class RoundingErrors {
 public:
  /// Rounds all tensors: weights [flat_size] as `table` lays them out. Fills the effects (scale, error_squares, counts) and
  /// the ranges of `tensors`, one for each entry of the table.
  RoundingErrors(const std::vector<model::Parameter>& table, std::span<const float> weights, const std::vector<NumberFormat>& formats,
                 Scaling scaling, unsigned threads, std::vector<ProfiledTensor>& tensors);

  /// Of a gradient [flat_size]: [tensors, formats].
  std::vector<GradientProducts> products(std::span<const float> gradient) const;
  /// Sums of squares of a gradient, by tensor.
  std::vector<double> squares(std::span<const float> gradient) const;

 private:
  struct Block {
    std::size_t tensor, begin, count;  // begin: in the flat array
  };
  template <typename Result, typename Work>
  std::vector<Result> over_blocks(std::size_t results_a_block, Work work) const;

  unsigned threads_;
  std::size_t tensors_;
  std::vector<std::vector<float>> changes_;  // [formats][flat_size]; empty for F32
  std::vector<Block> blocks_;
};

}  // namespace daybreak::precision
