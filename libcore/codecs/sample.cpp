#include "libcore/codecs/sample.h"

#include <algorithm>

namespace daybreak::codecs {
namespace {

constexpr std::size_t kSampleBytes = 64 << 10;
constexpr std::size_t kSampleParts = 4;

/// An array as [outer, middle, inner]: the axis to sample along, and what lies within one step of it.
struct SampledAxis {
  std::size_t axis = 0, outer = 1, middle = 1, inner_bytes = 0;
};

/// The first axis of whose steps kSampleParts fit a sample.
SampledAxis sampled_axis(std::span<const std::uint64_t> shape, std::size_t bytes) {
  SampledAxis found{0, 1, static_cast<std::size_t>(shape[0]), bytes / static_cast<std::size_t>(shape[0])};
  while (found.inner_bytes * kSampleParts > kSampleBytes && found.axis + 1 < shape.size()) {
    found.outer *= found.middle;
    found.middle = static_cast<std::size_t>(shape[++found.axis]);
    found.inner_bytes /= found.middle;
  }
  return found;
}

}  // namespace

Sample sample_of(std::span<const std::uint64_t> shape, ByteSpan data) {
  if (data.size() <= 2 * kSampleBytes || shape.empty())
    return {{shape.begin(), shape.end()}, {data.begin(), data.end()}};
  const SampledAxis along = sampled_axis(shape, data.size());
  const std::size_t step_bytes = along.middle * along.inner_bytes, steps = std::min(along.outer, 2 * kSampleParts);
  const std::size_t parts = along.outer == 1 ? kSampleParts : 1;
  const std::size_t length =
      std::clamp<std::size_t>(kSampleBytes / (steps * parts * along.inner_bytes), 1, along.middle / parts);
  Sample sample;
  for (std::size_t step = 0; step < steps; ++step)
    for (std::size_t part = 0; part < parts; ++part) {
      const std::size_t rest = along.middle - length, from = parts == 1 ? rest / 2 : rest * part / (parts - 1);
      const ByteSpan piece = data.subspan(step * step_bytes + from * along.inner_bytes, length * along.inner_bytes);
      sample.data.insert(sample.data.end(), piece.begin(), piece.end());
    }
  if (along.outer > 1) sample.shape.push_back(steps);
  sample.shape.push_back(length * parts);
  sample.shape.insert(sample.shape.end(), shape.begin() + static_cast<std::ptrdiff_t>(along.axis) + 1, shape.end());
  return sample;
}

}  // namespace daybreak::codecs
