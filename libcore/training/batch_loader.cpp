#include "libcore/training/batch_loader.h"

#include <algorithm>
#include <span>

#include "libcore/training/timed_read.h"

namespace daybreak::training {
namespace {

Batch empty_batch(std::int64_t rows, std::int64_t context) {
  const auto tokens = static_cast<std::size_t>(rows * context);
  return {0, std::vector<std::uint32_t>(tokens), std::vector<std::uint32_t>(tokens)};
}

}  // namespace

BatchLoader::BatchLoader(const TokenSource& source, TokenRange range, const BatchOptions& options, std::uint64_t seed,
                         std::int64_t first_step, std::int64_t last_step, const ReadOptions& reading,
                         std::optional<Range> rows)
    : source_(source), range_(range), options_(options), rows_(rows.value_or(Range{0, options.batch})),
      order_(range.count, static_cast<std::uint64_t>(options.context), seed), latency_s_(reading.inject_latency_s),
      batches_(ReadAhead::slots(reading), empty_batch(rows_.count(), options.context)),
      ahead_([this](std::size_t slot, std::int64_t step, std::int64_t row) { return read_row(slot, step, row); }, reading,
             rows_.count(), first_step, last_step) {}

ReadTime BatchLoader::read_row(std::size_t slot, std::int64_t step, std::int64_t row) {
  const auto context = static_cast<std::size_t>(options_.context), place = static_cast<std::size_t>(row) * context;
  const std::uint64_t sample = static_cast<std::uint64_t>(step - 1) * static_cast<std::uint64_t>(options_.batch) +
                               static_cast<std::uint64_t>(rows_.begin + row);
  Batch& batch = batches_[slot];
  std::vector<std::uint32_t> window(context + 1);
  const ReadTime time = timed_read(latency_s_, [&] { source_.read(range_.first + order_.first_token(sample), window); });
  std::copy_n(window.begin(), context, batch.tokens.begin() + static_cast<std::ptrdiff_t>(place));
  std::copy_n(window.begin() + 1, context, batch.targets.begin() + static_cast<std::ptrdiff_t>(place));
  if (row == 0) batch.step = step;
  return time;
}

}  // namespace daybreak::training
