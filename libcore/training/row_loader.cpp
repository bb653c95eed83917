#include "libcore/training/row_loader.h"

#include <algorithm>
#include <cmath>

#include "kernels/common/philox.h"
#include "libcore/base/error.h"
#include "libcore/training/sample_order.h"
#include "libcore/training/timed_read.h"

namespace daybreak::training {
namespace {

constexpr std::uint64_t kShiftStream = 0x5348'4946'0000'0000;

}  // namespace

RowBatch RowReader::empty_batch(std::int64_t rows) const {
  RowBatch batch;
  batch.inputs.resize(static_cast<std::size_t>(rows * config_.inputs));
  if (config_.task == model::MlpTask::classes)
    batch.classes.resize(static_cast<std::size_t>(rows));
  else
    batch.values.resize(static_cast<std::size_t>(rows * config_.outputs));
  return batch;
}

void RowReader::read(std::uint64_t row, RowBatch& batch, std::int64_t place) const {
  const auto width = static_cast<std::size_t>(config_.inputs), at = static_cast<std::size_t>(place);
  const auto numbers = std::span(batch.inputs).subspan(at * width, width);
  source_.read(row, numbers);
  for (std::size_t i = 0; i < width; ++i)
    numbers[i] = std::isfinite(numbers[i]) ? (numbers[i] - scaling_.input_offset[i]) * scaling_.input_factor[i] : 0.0f;
  const double target = source_.target(row);
  if (config_.task == model::MlpTask::values) {
    batch.values[at] = (static_cast<float>(target) - scaling_.output_offset[0]) * scaling_.output_factor[0];
    return;
  }
  const auto found = std::lower_bound(config_.class_values.begin(), config_.class_values.end(), target);
  if (found == config_.class_values.end() || *found != target)
    throw data_error(source_.name(), "\"" + source_.target_name() + "\": row " + std::to_string(row) +
                                         " has the label " + std::to_string(target) +
                                         ", which the model has no class for");
  batch.classes[at] = static_cast<std::uint32_t>(found - config_.class_values.begin());
}

void move_image(std::span<float> image, std::int64_t height, std::int64_t width, std::int64_t down,
                std::int64_t right) {
  const std::vector<float> before(image.begin(), image.end());
  const std::int64_t channels = static_cast<std::int64_t>(image.size()) / (height * width);
  for (std::int64_t y = 0; y < height; ++y)
    for (std::int64_t x = 0; x < width; ++x) {
      const std::int64_t from_y = std::clamp<std::int64_t>(y - down, 0, height - 1),
                         from_x = std::clamp<std::int64_t>(x - right, 0, width - 1);
      std::copy_n(before.begin() + (from_y * width + from_x) * channels, channels,
                  image.begin() + (y * width + x) * channels);
    }
}

RowLoader::RowLoader(const TableSource& source, const RowReader& reader, const RowSplit& split, std::int64_t batch,
                     std::int64_t shift, std::uint64_t seed, std::int64_t first_step, std::int64_t last_step,
                     const ReadOptions& reading)
    : source_(source),
      reader_(reader),
      split_(split),
      batch_(batch),
      shift_(shift),
      seed_(seed),
      latency_s_(reading.inject_latency_s),
      batches_(ReadAhead::slots(reading), reader.empty_batch(batch)),
      ahead_([this](std::size_t slot, std::int64_t step, std::int64_t row) { return read_row(slot, step, row); },
             reading, batch, first_step, last_step) {}

ReadTime RowLoader::read_row(std::size_t slot, std::int64_t step, std::int64_t row) {
  const std::uint64_t sample =
      static_cast<std::uint64_t>(step - 1) * static_cast<std::uint64_t>(batch_) + static_cast<std::uint64_t>(row);
  const std::uint64_t epoch = sample / split_.training(), index = sample % split_.training();
  RowBatch& batch = batches_[slot];
  const ReadTime time = timed_read(latency_s_, [&] {
    reader_.read(split_.training_row(Permutation(split_.training(), seed_, epoch)(index)), batch, row);
  });
  const auto width = static_cast<std::size_t>(source_.inputs());
  if (shift_ > 0) move_images(sample, std::span(batch.inputs).subspan(static_cast<std::size_t>(row) * width, width));
  return time;
}

void RowLoader::move_images(std::uint64_t sample, std::span<float> inputs) const {
  const auto words = kernels::philox_block(seed_, kShiftStream, sample);
  const auto choices = static_cast<std::uint32_t>(2 * shift_ + 1);
  const std::int64_t down = static_cast<std::int64_t>(words[0] % choices) - shift_,
                     right = static_cast<std::int64_t>(words[1] % choices) - shift_;
  for (const FeatureArray& one : source_.features())
    if (one.image())
      move_image(inputs.subspan(static_cast<std::size_t>(one.first), static_cast<std::size_t>(one.count)),
                 static_cast<std::int64_t>(one.sample_shape[0]), static_cast<std::int64_t>(one.sample_shape[1]), down,
                 right);
}

}  // namespace daybreak::training
