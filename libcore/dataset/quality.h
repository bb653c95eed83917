#pragma once
// What a loss does to an array beyond the error of its columns, on a sample of its rows (row_sample.h).
#include <cstdint>
#include <optional>

#include "libcore/dataset/row_sample.h"
#include "libcore/io/json.h"

namespace daybreak::dataset {

struct Cosines {
  double least = 1, mean = 1;
};

/// Integrity along the principal directions: of the columns, each scaled to variance 1, those eigenvectors of the
/// covariance that hold at least 0.1 % of the variance. Along a direction v it is 1 - sum (e.v)^2 / sum ((x -
/// mean).v)^2, as that of a column.
struct DirectionIntegrity {
  std::uint64_t columns = 0;     // that were looked at: at most kMostDirections, evenly chosen
  std::uint64_t directions = 0;  // that hold enough
  std::uint64_t worst = 0;       // the place of the worst by variance, 0 the largest
  double worst_integrity = 1;
  double worst_share = 0;  // of the variance
};
inline constexpr std::uint64_t kMostDirections = 512;

/// Of the kNeighbors nearest rows (Euclidean, by the sample alone) of each probe, how many stay among the nearest.
struct NeighborRecall {
  std::uint64_t probes = 0, among = 0;  // rows
  double recall = 1;
};
inline constexpr std::uint64_t kNeighbors = 10;

struct ArrayQuality {
  std::uint64_t rows = 0;  // of the sample
  /// Mutual information of the values before and after over the entropy of those before, both in 256 bins of equally
  /// many values, with Miller and Madow's correction (1955). Nothing for few values, or where all are in one bin.
  std::optional<double> normalized_information;
  std::optional<Cosines> cosines;                // of each row before and after; arrays of two dimensions
  std::optional<DirectionIntegrity> directions;  // two columns or more, on demand
  std::optional<NeighborRecall> neighbors;       // arrays of two dimensions, on demand
};

/// Cost: a second for the fullest. `full` asks for directions and neighbors. Errors: those of the sources.
ArrayQuality measure_quality(const io::ArraySource& original, const io::ArraySource& decoded,
                             std::vector<double> missing, bool full, std::int64_t threads);

std::optional<double> normalized_information(const RowSample& sample);
/// Cosines of rows; a row of zeros on both sides counts as 1, on one side as 0. Nothing without a whole row.
std::optional<Cosines> row_cosines(const RowSample& sample);
/// Nothing where fewer than two columns vary.
std::optional<DirectionIntegrity> direction_integrity(const RowSample& sample);
/// Nothing for fewer than 2 * kNeighbors whole rows. The result does not depend on the threads.
std::optional<NeighborRecall> neighbor_recall(const RowSample& sample, std::int64_t threads);

/// The object "quality" of records, and the reverse. Errors: Error (data).
io::Json quality_json(const ArrayQuality& quality);
ArrayQuality parse_quality(const io::Json& json);

}  // namespace daybreak::dataset
