#pragma once
// A pipeline is three steps: a map from elements to unsigned integers, a prediction that leaves residuals, and a code
// that makes bytes of them. Any combination is a pipeline. The numbers of the steps stand in frames and never change.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace daybreak::codecs {

enum class Map : std::uint8_t {
  ordered,      // integers in the order of the values (order_map.h)
  folded,       // the magnitude, with the sign as its lowest bit (order_map.h)
  grid,         // floats that are integers, fractions or decimals, as integers in order (grid_map.h)
  grid_folded,  // the same with the sign lowest
  tokens,       // the place in a sorted dictionary (token_map.h)
  ranked,       // the place in a dictionary, the most frequent value first (token_map.h)
  lattice,      // lossy: the nearest whole number of steps (lattice_map.h)
  mirrored,     // the place in a sorted dictionary of magnitudes, and the sign (token_map.h)
};

enum class Predict : std::uint8_t {
  none,
  delta,    // the value before, in the row or in the row above (delta.h)
  delta2,   // two values before, on their line
  median,   // 2-D: the median of three guesses of JPEG-LS (median.h)
  lorenzo,  // 3-D: the corner of a cube from the seven others (lorenzo.h)
  linear,   // 1-D: a weighted sum of the values before, the weights in the stream (linear.h)
};

enum class Code : std::uint8_t {
  stored,       // the elements as they are; map and prediction none
  constant,     // one element, which all are
  bins,         // bins and offsets (bins.h)
  column_bins,  // the same, odds by column
  block_bins,   // the same, odds by the magnitude of blocks of values
  neighbors,    // classes of magnitude, odds by those around (neighbors.h)
  planes,       // byte by byte, the highest first, odds by the byte above (planes.h)
  pixels,       // up to 256 values, odds by the values around (pixels.h)
  runs,         // values and how often they repeat (runs.h)
  sparse,       // the most frequent value, and where others stand (sparse.h)
  zstd,         // whatever repeats, by zstd (zstd_code.h)
  columns,      // each column with a pipeline of its own (parts.h); map ordered, prediction none
  stretches,    // the same of stretches of the array
  scale_bins,   // bins, odds by the scale of the row and of the column (scale_bins.h)
  levels,       // lossy, without a map or prediction: interpolation from coarse to fine (levels.h)
  phrases,      // words of a text as numbers, by those before (phrases.h)
  words,        // a text of bytes, as words (words.h); map ordered, prediction none
  fractions,    // f64: fractions of one unit (fractions.h); map ordered, prediction none
};

constexpr std::size_t kMaps = 8, kPredictions = 6, kCodes = 18;

struct Pipeline {
  Map map = Map::ordered;
  Predict predict = Predict::none;
  Code code = Code::stored;
  friend bool operator==(const Pipeline&, const Pipeline&) = default;
};

/// "ordered-delta-bins"; "stored" and "constant" alone.
std::string pipeline_name(Pipeline pipeline);
/// The pipeline of that name.
std::optional<Pipeline> parse_pipeline(std::string_view name);

}  // namespace daybreak::codecs
