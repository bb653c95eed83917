#include "libcore/codecs/prospect.h"

#include <algorithm>

#include "libcore/codecs/feature_counts.h"

namespace daybreak::codecs {

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

void Experience::add(const Seen& one) {
  Seen& mine = at(one.pipeline);
  mine.errors += one.errors;
  mine.count += one.count;
}

void Experience::add(const Experience& other) {
  for (const Seen& one : other.seen_) add(one);
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

}  // namespace daybreak::codecs
