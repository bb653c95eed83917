#include "libcore/codecs/select.h"

#include <algorithm>
#include <new>
#include <numeric>

#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/candidates.h"
#include "libcore/codecs/feature_counts.h"
#include "libcore/codecs/sample.h"
#include "libcore/codecs/steps.h"

namespace daybreak::codecs {
namespace {

std::vector<std::size_t> encoded_bytes(std::span<const Pipeline> pipelines, ElementType type,
                                       std::span<const std::uint64_t> shape, ByteSpan data) {
  const std::size_t element = element_info(type).bytes;
  const ArrayShape lies = array_shape(shape, data.size() / element);
  return element == 8 ? measure_steps<std::uint64_t>(pipelines, type, lies, data)
                      : measure_steps<std::uint32_t>(pipelines, type, lies, data);
}

bool cheaper(const Prospect& a, const Prospect& b) {
  return a.cost < b.cost;
}

/// What `data` becomes by each pipeline.
std::vector<std::size_t> sizes_on(ElementType type, std::span<const std::uint64_t> shape, ByteSpan data,
                                  std::span<const Prospect> prospects) {
  // Side by side what shares a map and a prediction, which are then made once.
  std::vector<std::size_t> order(prospects.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const Pipeline& one = prospects[a].pipeline;
    const Pipeline& other = prospects[b].pipeline;
    return std::pair(one.map, one.predict) < std::pair(other.map, other.predict);
  });
  std::vector<Pipeline> pipelines;
  for (const std::size_t i : order) pipelines.push_back(prospects[i].pipeline);
  const std::vector<std::size_t> bytes = encoded_bytes(pipelines, type, shape, data);
  std::vector<std::size_t> sizes(prospects.size());
  for (std::size_t k = 0; k < order.size(); ++k) sizes[order[k]] = bytes[k];
  return sizes;
}

/// Tries on samples of a chunk in memory.
class SampleTries : public Tries {
 public:
  SampleTries(ElementType type, std::span<const std::uint64_t> shape, ByteSpan data) : type_(type) {
    for (std::size_t i = 0; i < kRounds.size(); ++i) samples_[i] = sample_of(shape, data, kRounds[i]);
  }
  std::size_t sample_bytes(std::size_t round) override { return samples_[round].data.size(); }
  std::vector<std::size_t> sizes(std::size_t round, std::span<const Prospect> prospects) override {
    return sizes_on(type_, samples_[round].shape, samples_[round].data, prospects);
  }

 private:
  ElementType type_;
  std::array<Sample, kRounds.size()> samples_;
};

/// The one of `rest` that may be better than it seems: a forecast less what is not yet known of it.
const Prospect* least_known(std::span<const Prospect> rest, const Experience& experience) {
  const Prospect* best = nullptr;
  std::int64_t least = 0;
  for (const Prospect& one : rest) {
    constexpr std::int64_t kUnknown = 128;  // half an octave, in 1/256
    const std::int64_t bound = log_feature(one.cost) - kUnknown / (1 + experience.count(one.pipeline));
    if (best == nullptr || bound < least) best = &one, least = bound;
  }
  return best;
}

}  // namespace

std::vector<Prospect> foresee(const Selector& selector, std::span<const Pipeline> pipelines, const Features& features,
                              std::uint64_t values, std::uint64_t bytes, const Experience& experience) {
  std::vector<Prospect> foreseen;
  for (const Pipeline pipeline : pipelines) {
    Prospect& one = foreseen.emplace_back(Prospect{.pipeline = pipeline});
    const auto forecast = selector.model->forecast(pipeline, features);
    if (!forecast) continue;
    one.correction = experience.correction(pipeline);
    one.bits = forecast->bits + one.correction;
    one.decode_ns = bytes * exp2_fixed(forecast->nanoseconds) >> 16;
    one.bytes = (values * exp2_fixed(one.bits) >> 16) / 8;
    one.cost = selector.objective.cost(one.bytes, one.decode_ns);
  }
  std::stable_sort(foreseen.begin(), foreseen.end(), cheaper);
  return foreseen;
}

std::vector<Prospect> foresee(const Selector& selector, ElementType type, std::span<const std::uint64_t> shape,
                              ByteSpan data, const Experience& experience) {
  return foresee(selector, candidates(type, shape), measure_features(type, shape, data),
                 data.size() / element_info(type).bytes, data.size(), experience);
}

std::vector<Prospect> finalists(const Selector& selector, ElementType type, std::span<const std::uint64_t> shape,
                                ByteSpan data, std::span<const Prospect> foreseen, const Experience& experience,
                                bool explore) {
  SampleTries tries(type, shape, data);
  std::vector<Prospect> best = finalists(selector.objective, data.size(), foreseen, tries);
  if (best.empty() || !explore) return best;
  const auto rest = foreseen.subspan(worth_a_sample(foreseen).size());
  if (const Prospect* other = least_known(rest, experience)) best.push_back(*other);
  return best;
}

Pipeline best_pipeline(ElementType type, std::span<const std::uint64_t> shape, ByteSpan data,
                       const Selector& selector) noexcept try {
  if (data.empty()) return {};
  const Experience none;
  const std::vector<Prospect> foreseen = foresee(selector, type, shape, data, none);
  const std::vector<Prospect> best = finalists(selector, type, shape, data, foreseen, none, false);
  if (best.size() < 2) return best.empty() ? Pipeline{} : best[0].pipeline;
  const std::vector<std::size_t> sizes = sizes_on(type, shape, data, best);
  const auto cost = [&](std::size_t i) { return selector.objective.cost(sizes[i], best[i].decode_ns); };
  return best[cost(1) < cost(0) ? 1 : 0].pipeline;
} catch (const std::bad_alloc&) {
  return {};
}

}  // namespace daybreak::codecs
