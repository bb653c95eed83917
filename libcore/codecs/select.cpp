#include "libcore/codecs/select.h"

#include <algorithm>
#include <new>

#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/candidates.h"
#include "libcore/codecs/feature_counts.h"
#include "libcore/codecs/sample.h"
#include "libcore/codecs/steps.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kTried = 8;  // on a sample
/// A try on the whole chunk costs much more: only what came within half a hundredth of the best on the sample gets one, and
/// the favorite by forecast where it promises this share less than what the sample found.
constexpr std::uint64_t kClose = 200, kMuchLess = 16;

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

/// The prospects with the cost that a try on `data` finds, as if it were all of the chunk; without those that cannot
/// hold it or gain nothing.
std::vector<Prospect> try_on(const Objective& objective, ElementType type, std::span<const std::uint64_t> shape,
                             ByteSpan data, std::size_t chunk_bytes, std::vector<Prospect> prospects) {
  // Side by side what shares a map and a prediction, which are then made once.
  std::stable_sort(prospects.begin(), prospects.end(), [](const Prospect& a, const Prospect& b) {
    return std::pair(a.pipeline.map, a.pipeline.predict) < std::pair(b.pipeline.map, b.pipeline.predict);
  });
  std::vector<Pipeline> pipelines;
  for (const Prospect& one : prospects) pipelines.push_back(one.pipeline);
  const auto bytes = encoded_bytes(pipelines, type, shape, data);
  std::vector<Prospect> held;
  for (std::size_t i = 0; i < prospects.size(); ++i) {
    if (bytes[i] == kNotApplicable || bytes[i] >= data.size()) continue;
    held.push_back(prospects[i]);
    const auto whole = static_cast<std::uint64_t>(static_cast<unsigned __int128>(bytes[i]) * chunk_bytes / data.size());
    held.back().cost = objective.cost(whole, prospects[i].decode_ns);
  }
  std::stable_sort(held.begin(), held.end(), cheaper);
  return held;
}

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

/// Codes that try many pipelines themselves: a second opinion of that price is not worth it.
bool is_searched(Code code) {
  return code == Code::columns || code == Code::stretches;
}

bool contains(std::span<const Prospect> prospects, Pipeline pipeline) {
  return std::any_of(prospects.begin(), prospects.end(), [&](const Prospect& one) { return one.pipeline == pipeline; });
}

}  // namespace

Experience::Seen& Experience::at(Pipeline pipeline) {
  for (Seen& one : seen_)
    if (one.pipeline == pipeline) return one;
  return seen_.emplace_back(Seen{pipeline});
}

void Experience::learn(const Prospect& prospect, std::uint64_t bytes, std::uint64_t values) {
  Seen& seen = at(prospect.pipeline);
  seen.errors += log_feature(8 * bytes) - log_feature(values) - (prospect.bits - prospect.correction);
  ++seen.count;
}

void Experience::add(const Experience& other) {
  for (const Seen& one : other.seen_) {
    Seen& mine = at(one.pipeline);
    mine.errors += one.errors;
    mine.count += one.count;
  }
}

const Experience::Seen* Experience::find(Pipeline pipeline) const {
  for (const Seen& one : seen_)
    if (one.pipeline == pipeline) return &one;
  return nullptr;
}

std::int32_t Experience::correction(Pipeline pipeline) const {
  const Seen* seen = find(pipeline);
  return seen == nullptr ? 0 : static_cast<std::int32_t>(seen->errors / std::max<std::int64_t>(1, seen->count));
}

std::uint32_t Experience::count(Pipeline pipeline) const {
  const Seen* seen = find(pipeline);
  return seen == nullptr ? 0 : seen->count;
}

std::vector<Prospect> foresee(const Selector& selector, ElementType type, std::span<const std::uint64_t> shape,
                              ByteSpan data, const Experience& experience) {
  const Features features = measure_features(type, shape, data);
  const std::uint64_t values = data.size() / element_info(type).bytes;
  std::vector<Prospect> foreseen;
  for (const Pipeline pipeline : candidates(type, shape)) {
    Prospect one{pipeline};
    if (const auto forecast = selector.model->forecast(pipeline, features)) {
      one.correction = experience.correction(pipeline);
      one.bits = forecast->bits + one.correction;
      one.decode_ns = data.size() * exp2_fixed(forecast->nanoseconds) >> 16;
      one.cost = selector.objective.cost((values * exp2_fixed(one.bits) >> 16) / 8, one.decode_ns);
    }
    foreseen.push_back(one);
  }
  std::stable_sort(foreseen.begin(), foreseen.end(), cheaper);
  return foreseen;
}

std::span<const Prospect> worth_a_sample(std::span<const Prospect> foreseen) {
  std::size_t tried = kTried;
  while (tried < foreseen.size() && foreseen[tried - kTried].cost == 0) ++tried;  // unknown to the model
  return foreseen.first(std::min(tried, foreseen.size()));
}

std::vector<Prospect> worth_the_chunk(std::vector<Prospect> tried, std::span<const Prospect> foreseen) {
  if (tried.empty()) return tried;
  const std::uint64_t most = tried[0].cost + tried[0].cost / kClose;
  std::size_t kept = 1;
  if (tried.size() > 1 && tried[1].cost <= most && !is_searched(tried[1].pipeline.code)) ++kept;
  tried.resize(kept);
  // It may gain on a whole chunk what it cannot on a sample: by a dictionary, or by what repeats far away.
  const auto favorite = std::find_if(foreseen.begin(), foreseen.end(), [](const Prospect& one) { return one.cost > 0; });
  if (favorite != foreseen.end() && favorite->cost < tried[0].cost - tried[0].cost / kMuchLess &&
      !contains(tried, favorite->pipeline))
    tried.push_back(*favorite);
  return tried;
}

std::vector<Prospect> finalists(const Selector& selector, ElementType type, std::span<const std::uint64_t> shape,
                                ByteSpan data, std::span<const Prospect> foreseen, const Experience& experience,
                                bool explore) {
  const auto first = worth_a_sample(foreseen);
  const Sample sample = sample_of(shape, data);
  std::vector<Prospect> best =
      try_on(selector.objective, type, sample.shape, sample.data, data.size(), {first.begin(), first.end()});
  if (sample.data.size() == data.size())
    best.resize(std::min<std::size_t>(1, best.size()));
  else
    best = worth_the_chunk(std::move(best), foreseen);
  if (best.empty() || !explore) return best;
  if (const Prospect* other = least_known(foreseen.subspan(first.size()), experience)) best.push_back(*other);
  return best;
}

Pipeline best_pipeline(ElementType type, std::span<const std::uint64_t> shape, ByteSpan data,
                       const Selector& selector) noexcept try {
  if (data.empty()) return {};
  const Experience none;
  std::vector<Prospect> best = finalists(selector, type, shape, data, foresee(selector, type, shape, data, none), none, false);
  if (best.size() > 1) best = try_on(selector.objective, type, shape, data, data.size(), std::move(best));
  return best.empty() ? Pipeline{} : best[0].pipeline;
} catch (const std::bad_alloc&) {
  return {};
}

}  // namespace daybreak::codecs
