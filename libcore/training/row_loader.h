#pragma once
// Batches of samples for a perceptron, read ahead while the device computes.
#include <cstdint>
#include <vector>

#include "libcore/model/mlp.h"
#include "libcore/training/options.h"
#include "libcore/training/read_ahead.h"
#include "libcore/training/table_source.h"

namespace daybreak::training {

/// Scaled numbers of samples [rows, inputs], and their classes or scaled values [rows].
struct RowBatch {
  std::vector<float> inputs;
  std::vector<std::uint32_t> classes;
  std::vector<float> values;
  model::MlpTargets targets() const { return {classes, values}; }
};

/// Turns stored rows into what a model learns from. For any number of threads.
class RowReader {
 public:
  /// All must outlive this.
  RowReader(const TableSource& source, const model::MlpConfig& config, const model::MlpScaling& scaling)
      : source_(source), config_(config), scaling_(scaling) {}
  RowBatch empty_batch(std::int64_t rows) const;
  /// Reads one row of the dataset into place `place` of the batch. What is not finite becomes the mean. Error (data)
  /// for a class that the model has not.
  void read(std::uint64_t row, RowBatch& batch, std::int64_t place) const;

 private:
  const TableSource& source_;
  const model::MlpConfig& config_;
  const model::MlpScaling& scaling_;
};

/// Gives the batches of steps first_step .. last_step in order. Each epoch takes every training sample once, shuffled
/// anew; which ones a step gets, and how they are moved, depends on the seed and its number alone. next() is for one
/// thread.
class RowLoader {
 public:
  /// All but the options must outlive this. shift: images move by up to so many pixels either way.
  RowLoader(const TableSource& source, const RowReader& reader, const RowSplit& split, std::int64_t batch,
            std::int64_t shift, std::uint64_t seed, std::int64_t first_step, std::int64_t last_step,
            const ReadOptions& reading);

  /// The next batch, which stays until the next call. Throws what reading threw.
  const RowBatch& next() { return batches_[ahead_.next()]; }
  const ReadAhead& reading() const { return ahead_; }

 private:
  ReadTime read_row(std::size_t slot, std::int64_t step, std::int64_t row);
  void move_images(std::uint64_t sample, std::span<float> inputs) const;

  const TableSource& source_;
  const RowReader& reader_;
  const RowSplit& split_;
  std::int64_t batch_, shift_;
  std::uint64_t seed_;
  double latency_s_;
  std::vector<RowBatch> batches_;
  ReadAhead ahead_;  // last: its threads fill what stands before it
};

/// Moves an image [height, width, channels] by (down, right) pixels; what comes in at the edges is what stood there.
void move_image(std::span<float> image, std::int64_t height, std::int64_t width, std::int64_t down, std::int64_t right);

}  // namespace daybreak::training
