#include "libcore/codecs/select.h"

#include <algorithm>
#include <new>

#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/parts.h"
#include "libcore/codecs/sample.h"
#include "libcore/codecs/steps.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kFinalists = 3;

/// In hundredths: how many times its bytes a pipeline counts, for it decodes slowly.
std::size_t weight(Pipeline pipeline, Preference preference) {
  const bool serial = pipeline.code == Code::neighbors || pipeline.code == Code::pixels ||
                      pipeline.code == Code::columns || pipeline.code == Code::stretches;  // their parts may be
  if (preference == Preference::size) return 100;
  if (preference == Preference::balanced) return serial ? 104 : 100;
  return 100 + (serial ? 30 : 0) + (pipeline.predict == Predict::none ? 0 : 4) +
         (pipeline.predict == Predict::linear ? 20 : 0) +
         (pipeline.map == Map::grid || pipeline.map == Map::grid_folded ? 6 : 0);
}

std::vector<std::size_t> encoded_bytes(std::span<const Pipeline> pipelines, ElementType type,
                                       std::span<const std::uint64_t> shape, ByteSpan data) {
  const std::size_t element = element_info(type).bytes;
  const ArrayShape lies = array_shape(shape, data.size() / element);
  return element == 8 ? measure_steps<std::uint64_t>(pipelines, type, lies, data)
                      : measure_steps<std::uint32_t>(pipelines, type, lies, data);
}

struct Ranked {
  std::size_t cost;
  Pipeline pipeline;
};

/// The pipelines by their cost, the cheapest first; `stored` among them.
std::vector<Ranked> rank(std::span<const Pipeline> pipelines, ElementType type, std::span<const std::uint64_t> shape,
                         ByteSpan data, Preference preference) {
  std::vector<Ranked> ranked{{data.size() * 100, Pipeline{}}};
  const auto bytes = encoded_bytes(pipelines, type, shape, data);
  for (std::size_t i = 0; i < pipelines.size(); ++i)
    if (bytes[i] != kNotApplicable) ranked.push_back({bytes[i] * weight(pipelines[i], preference), pipelines[i]});
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) { return a.cost < b.cost; });
  return ranked;
}

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
  if (lies.last >= 2 && lies.last <= kMostColumns && lies.row > 0) found.push_back({{}, {}, Code::columns});
  if (lies.row == 0 && lies.count >= kFewestStretched) found.push_back({{}, {}, Code::stretches});
  add(Map::ordered, {none}, {Code::zstd});
  add(Map::ordered, smooth, {Code::bins, Code::neighbors});
  if (info.kind != NumberKind::plain) add(Map::folded, {none}, {Code::bins, Code::column_bins, Code::block_bins});
  if (info.kind != NumberKind::real) add(Map::ordered, {linear}, {Code::bins, Code::neighbors});
  if (type == ElementType::f32 || type == ElementType::f64) {
    add(Map::grid, {none}, {Code::bins, Code::column_bins, Code::planes, Code::pixels});
    add(Map::grid, smooth, {Code::bins, Code::neighbors});
    add(Map::grid, {linear}, {Code::neighbors});
    add(Map::grid_folded, {none}, {Code::bins, Code::column_bins, Code::block_bins});
  }
  if (info.bytes > 1) {
    add(Map::tokens, {none}, {Code::bins, Code::column_bins, Code::planes, Code::pixels, Code::zstd});
    add(Map::tokens, {delta, median}, {Code::bins, Code::neighbors});
    add(Map::ranked, {none}, {Code::planes, Code::bins, Code::zstd});
  }
  return found;
}

Pipeline best_pipeline(ElementType type, std::span<const std::uint64_t> shape, ByteSpan data,
                       Preference preference) noexcept try {
  if (data.empty()) return {};
  const Sample sample = sample_of(shape, data);
  const std::vector<Ranked> ranked = rank(candidates(type, shape), type, sample.shape, sample.data, preference);
  if (preference != Preference::size || sample.data.size() == data.size()) return ranked[0].pipeline;
  std::vector<Pipeline> finalists;
  for (const Ranked& one : ranked)
    if (finalists.size() < kFinalists && one.pipeline.code != Code::stored) finalists.push_back(one.pipeline);
  // Dictionaries and repeats pay on a whole chunk what they cannot on a sample.
  constexpr Pipeline kLarge[] = {{Map::tokens, Predict::none, Code::planes},
                                 {Map::ranked, Predict::none, Code::zstd},
                                 {Map::ordered, Predict::none, Code::zstd}};
  for (const Pipeline large : kLarge)
    if ((large.map == Map::ordered || element_info(type).bytes > 1) &&
        std::find(finalists.begin(), finalists.end(), large) == finalists.end())
      finalists.push_back(large);
  return rank(finalists, type, shape, data, preference)[0].pipeline;
} catch (const std::bad_alloc&) {
  return {};
}

}  // namespace daybreak::codecs
