#include "libcore/codecs/selector_model.h"

#include <algorithm>
#include <new>

#include "libcore/codecs/checksum.h"

namespace daybreak::codecs {
namespace {

constexpr std::uint8_t kMagic[] = {'D', 'B', 'K', 'S'};
/// Another one whenever features are measured otherwise.
constexpr std::uint8_t kVersion = 2;
constexpr std::size_t kChecksumBytes = 8;
constexpr std::uint64_t kMostEntries = kMaps * kPredictions * kCodes;

bool read_entry(ByteReader& in, const Thresholds& thresholds, SelectorModel::Entry& entry) {
  const std::uint8_t map = in.byte(), predict = in.byte(), code = in.byte();
  if (map >= kMaps || predict >= kPredictions || code >= kCodes) return false;
  entry.pipeline = {static_cast<Map>(map), static_cast<Predict>(predict), static_cast<Code>(code)};
  return read_trees(in, thresholds, entry.bits) && read_trees(in, thresholds, entry.nanoseconds);
}

}  // namespace

std::optional<Forecast> SelectorModel::forecast(Pipeline pipeline, const Features& features) const {
  const auto entry =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& one) { return one.pipeline == pipeline; });
  if (entry == entries.end()) return {};
  return Forecast{foretell(entry->bits, features), foretell(entry->nanoseconds, features)};
}

Bytes write_selector(const SelectorModel& model) {
  ByteWriter out;
  for (const std::uint8_t byte : kMagic) out.byte(byte);
  out.byte(kVersion);
  out.block({reinterpret_cast<const std::uint8_t*>(model.card.data()), model.card.size()});
  Thresholds thresholds;
  for (const SelectorModel::Entry& entry : model.entries)
    for (const BoostedTrees* trees : {&entry.bits, &entry.nanoseconds}) collect_thresholds(*trees, thresholds);
  write_thresholds(thresholds, out);
  out.varint(model.entries.size());
  for (const SelectorModel::Entry& entry : model.entries) {
    out.byte(static_cast<std::uint8_t>(entry.pipeline.map));
    out.byte(static_cast<std::uint8_t>(entry.pipeline.predict));
    out.byte(static_cast<std::uint8_t>(entry.pipeline.code));
    write_trees(entry.bits, thresholds, out);
    write_trees(entry.nanoseconds, thresholds, out);
  }
  out.fixed(checksum(out.span()));
  return out.take();
}

Status read_selector(ByteSpan bytes, SelectorModel& model) noexcept try {
  if (bytes.size() < sizeof kMagic + 1 + kChecksumBytes) return Status::corrupt;
  if (!std::equal(std::begin(kMagic), std::end(kMagic), bytes.begin())) return Status::corrupt;
  if (bytes[sizeof kMagic] > kVersion) return Status::newer_version;
  const ByteSpan summed = bytes.first(bytes.size() - kChecksumBytes);
  if (load_little<std::uint64_t>(bytes.data() + summed.size()) != checksum(summed)) return Status::corrupt;
  ByteReader in(summed.subspan(sizeof kMagic));
  if (in.byte() != kVersion) return Status::corrupt;
  const ByteSpan card = in.block();
  model.card.assign(card.begin(), card.end());
  Thresholds thresholds;
  if (!read_thresholds(in, thresholds)) return Status::corrupt;
  model.entries.resize(static_cast<std::size_t>(in.varint(kMostEntries)));
  for (SelectorModel::Entry& entry : model.entries)
    if (!read_entry(in, thresholds, entry)) return Status::corrupt;
  return in.finished() ? Status::ok : Status::corrupt;
} catch (const std::bad_alloc&) {
  return Status::no_memory;
}

}  // namespace daybreak::codecs
