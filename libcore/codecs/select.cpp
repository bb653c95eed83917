#include "libcore/codecs/select.h"

#include <algorithm>
#include <new>

#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/frame.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kSampleBytes = 256 << 10;
constexpr std::size_t kSampleParts = 4;

struct Sample {
  std::vector<std::uint64_t> shape;
  Bytes data;
};

/// Whole rows of the first axis, from a few places of the chunk, so that what lies side by side stays so.
Sample sample_of(std::span<const std::uint64_t> shape, ByteSpan data) {
  std::vector<std::uint64_t> sampled(shape.begin(), shape.end());
  if (data.size() <= 2 * kSampleBytes || shape.empty()) return {sampled, {data.begin(), data.end()}};
  // Of few but large rows, the next axis counts.
  while (sampled.size() > 1 && sampled[0] < kSampleParts * 8) {
    sampled[1] *= sampled[0];
    sampled.erase(sampled.begin());
  }
  const std::size_t rows = static_cast<std::size_t>(sampled[0]), row = data.size() / rows;
  const std::size_t part = std::max<std::size_t>(1, kSampleBytes / kSampleParts / row);
  if (part * kSampleParts >= rows) return {sampled, {data.begin(), data.end()}};
  Sample sample;
  for (std::size_t i = 0; i < kSampleParts; ++i) {
    const std::size_t first = (rows - part) * i / (kSampleParts - 1);
    const ByteSpan rows_here = data.subspan(first * row, part * row);
    sample.data.insert(sample.data.end(), rows_here.begin(), rows_here.end());
  }
  sampled[0] = part * kSampleParts;
  sample.shape = sampled;
  return sample;
}

/// In hundredths: how many times its bytes a pipeline counts, for it decodes slowly.
std::size_t weight(Pipeline pipeline, Preference preference) {
  const bool serial = pipeline.code == Code::neighbors || pipeline.code == Code::pixels;
  if (preference == Preference::size) return 100;
  if (preference == Preference::balanced) return serial ? 104 : 100;
  return 100 + (serial ? 30 : 0) + (pipeline.predict == Predict::none ? 0 : 4) +
         (pipeline.predict == Predict::linear ? 20 : 0) +
         (pipeline.map == Map::grid || pipeline.map == Map::grid_folded ? 6 : 0);
}

std::size_t encoded_bytes(Pipeline pipeline, ElementType type, const Sample& sample) {
  Bytes frame;
  return encode(pipeline, type, sample.shape, sample.data, frame) == Status::ok ? frame.size() : ~std::size_t{0};
}

struct Ranked {
  std::size_t cost;
  Pipeline pipeline;
};

}  // namespace

std::vector<Pipeline> candidates(ElementType type, std::span<const std::uint64_t> shape) {
  const ArrayShape lies = array_shape(shape, static_cast<std::size_t>(element_count(shape).value_or(0)));
  const ElementInfo info = element_info(type);
  std::vector<Pipeline> found;
  const auto add = [&](Map map, std::initializer_list<Predict> predictions, std::initializer_list<Code> codes) {
    for (const Predict predict : predictions)
      for (const Code code : codes) {
        if ((predict == Predict::median || code == Code::column_bins || code == Code::pixels) && lies.row < 2) continue;
        if (predict == Predict::lorenzo && lies.plane == 0) continue;
        if (predict == Predict::linear && lies.row > 0) continue;
        if (code == Code::pixels && predict != Predict::none) continue;
        found.push_back({map, predict, code});
      }
  };
  using enum Predict;
  const std::initializer_list<Predict> smooth{delta, delta2, median, lorenzo};
  add(Map::ordered, {none}, {Code::bins, Code::column_bins, Code::planes, Code::runs, Code::sparse, Code::pixels});
  add(Map::ordered, smooth, {Code::bins, Code::neighbors});
  if (info.kind != NumberKind::plain) add(Map::folded, {none}, {Code::bins, Code::column_bins, Code::block_bins});
  if (info.kind != NumberKind::real) add(Map::ordered, {linear}, {Code::bins, Code::neighbors});
  if (type == ElementType::f32 || type == ElementType::f64) {
    add(Map::grid, {none}, {Code::bins, Code::column_bins, Code::planes, Code::pixels});
    add(Map::grid, smooth, {Code::bins, Code::neighbors});
    add(Map::grid_folded, {none}, {Code::bins, Code::column_bins, Code::block_bins});
  }
  if (info.bytes > 1) {
    add(Map::tokens, {none}, {Code::bins, Code::column_bins, Code::planes, Code::pixels});
    add(Map::tokens, {delta, median}, {Code::bins, Code::neighbors});
    add(Map::ranked, {none}, {Code::planes, Code::bins});
  }
  return found;
}

Pipeline best_pipeline(ElementType type, std::span<const std::uint64_t> shape, ByteSpan data,
                       Preference preference) noexcept try {
  const Sample sample = sample_of(shape, data);
  std::vector<Ranked> ranked{{sample.data.size() * 100, Pipeline{}}};
  for (const Pipeline pipeline : candidates(type, shape))
    ranked.push_back({encoded_bytes(pipeline, type, sample) * weight(pipeline, preference), pipeline});
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) { return a.cost < b.cost; });
  if (preference != Preference::size || sample.data.size() == data.size()) return ranked[0].pipeline;
  // A dictionary pays on a whole chunk what it cannot on a sample, so the best that has one is tried too.
  const Sample whole{{shape.begin(), shape.end()}, {data.begin(), data.end()}};
  std::vector<Pipeline> finalists{ranked[0].pipeline, ranked[1].pipeline, ranked[2].pipeline};
  const auto listed =
      std::find_if(ranked.begin(), ranked.end(), [](const Ranked& r) { return r.pipeline.map == Map::tokens; });
  if (listed != ranked.end()) finalists.push_back(listed->pipeline);
  Ranked best{~std::size_t{0}, {}};
  for (const Pipeline pipeline : finalists)
    if (const std::size_t bytes = encoded_bytes(pipeline, type, whole); bytes < best.cost) best = {bytes, pipeline};
  return best.pipeline;
} catch (const std::bad_alloc&) {
  return {};
}

}  // namespace daybreak::codecs
