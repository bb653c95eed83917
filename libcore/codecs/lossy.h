#pragma once
// Frames (frame.h) that hold real numbers within a bound: what decode() gives is what encode_lossy() said it would.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/codecs/frame.h"

namespace daybreak::codecs {

/// Interpolation from coarse to fine, for what is smooth; else any pipeline of Map::lattice.
constexpr Pipeline kLevels{Map::ordered, Predict::none, Code::levels};

/// How much may be lost.
struct Loss {
  /// The distance between neighboring values that a number may become, at the finest level. An error is about evenly
  /// spread over +- step / 2, and smaller where the data is smooth.
  double step = 0;
  /// Factors of the step for each place of the last axis; none: 1.
  std::span<const double> column_scale = {};
  /// No error above bound / 2: a value beyond is kept exactly. 0: no such bound. A zero never changes its sign.
  double bound = 0;
  /// Values that stand for missing ones: kept exactly, and no part of any guess. NaN and infinities always are.
  std::span<const double> missing = {};
  /// Levels only: coarser levels take smaller steps, alpha times a level down to 1 / beta; and a rest below
  /// 1 - `rounding` steps is none.
  double alpha = 1.25, beta = 2, rounding = 0.5;
};

/// Encodes real numbers of that type (f16, bf16, f32, f64) by kLevels or a pipeline of Map::lattice; `decoded` is what
/// decode() will give. What the pipeline cannot hold is stored as it is. Errors: wrong_size where data is not of that
/// shape; not_applicable for another type or a step that is none; no_memory. The bytes depend on the arguments alone.
Status encode_lossy(Pipeline pipeline, const Loss& loss, ElementType type, std::span<const std::uint64_t> shape,
                    ByteSpan data, Bytes& frame, Bytes& decoded) noexcept;

/// What decode() would give, without the work of coding. Errors as above.
Status quantize(Pipeline pipeline, const Loss& loss, ElementType type, std::span<const std::uint64_t> shape,
                ByteSpan data, Bytes& decoded) noexcept;

/// The pipelines that may suit an array of such a shape.
std::vector<Pipeline> lossy_candidates(std::span<const std::uint64_t> shape);

}  // namespace daybreak::codecs
