#include "libcore/precision/map_builder.h"

#include <algorithm>
#include <cmath>

#include "libcore/precision/policy.h"

namespace daybreak::precision {
namespace {

double percent_of(std::uint64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

records::TensorStatistics statistics_of(const Profile& profile, const ProfiledTensor& tensor) {
  records::TensorStatistics stats;
  stats.amax = tensor.range.largest;
  stats.amin = tensor.range.smallest;
  stats.zeros = tensor.range.zeros;
  for (std::size_t f = 0; f < profile.formats.size(); ++f) {
    const NumberFormat format = profile.formats[f];
    const FormatEffect& effect = tensor.effects[f];
    stats.subnormal_pct[format] = percent_of(effect.counts.subnormal, tensor.count);
    stats.flush_pct[format] = percent_of(effect.counts.flushed, tensor.count);
    stats.overflow_pct[format] = percent_of(effect.counts.overflow, tensor.count);
    stats.sqnr_db[format] = effect.error_squares > 0 ? std::optional(10 * std::log10(tensor.range.sum_squares / effect.error_squares)) : std::nullopt;
    if (stats.sqnr_db[format] && !std::isfinite(*stats.sqnr_db[format])) stats.sqnr_db[format] = std::nullopt;
  }
  return stats;
}

records::TensorEntry entry_of(const Profile& profile, Measure measure, std::size_t t, NumberFormat format, const std::string& reason) {
  const ProfiledTensor& tensor = profile.tensors[t];
  records::TensorEntry entry;
  entry.name = tensor.name;
  entry.dtype = format;
  entry.shape = tensor.shape;
  entry.role = tensor.role;
  if (format == NumberFormat::f8_e4m3 && profile.scaling == Scaling::tensor) entry.quant.emplace();
  for (std::size_t f = 0; f < profile.formats.size(); ++f) {
    if (profile.formats[f] == NumberFormat::f32) continue;
    const Score found = score(profile, measure, t, f);
    entry.sensitivity[profile.formats[f]] = {found.nats, found.standard_error};
  }
  entry.stats = statistics_of(profile, tensor);
  entry.reason = reason;
  return entry;
}

std::vector<records::TensorGroup> groups_of(const Profile& profile) {
  std::vector<records::TensorGroup> groups;
  for (const ProfiledTensor& tensor : profile.tensors) {
    if (tensor.group == tensor.name) continue;
    auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.name == tensor.group; });
    if (found == groups.end()) found = groups.insert(groups.end(), {tensor.group, {}});
    found->targets.push_back(tensor.name);
  }
  return groups;
}

records::PrecisionMap::Summary summarize(const Profile& profile, Measure measure, const std::vector<NumberFormat>& formats) {
  records::PrecisionMap::Summary summary;
  std::vector<std::size_t> picks;
  std::map<NumberFormat, std::int64_t> parameters;
  for (const NumberFormat format : profile.formats) parameters[format] = 0;
  for (std::size_t t = 0; t < profile.tensors.size(); ++t) {
    parameters[formats[t]] += profile.tensors[t].count;
    picks.push_back(profile.find(formats[t]));
  }
  const auto all = static_cast<double>(std::max<std::uint64_t>(1, profile.parameters));
  for (const auto& [format, count] : parameters) summary.share[format] = static_cast<double>(count) / all;
  const std::int64_t bytes = stored_bytes(profile, formats);
  summary.bytes = static_cast<std::uint64_t>(bytes);
  summary.effective_bits = 8 * static_cast<double>(bytes) / all;
  const Score total = total_score(profile, measure, picks);
  summary.predicted_kl = total.nats;
  summary.predicted_kl_se = total.standard_error;
  return summary;
}

/// The format of all products where they have one, else F32: whatever the map does not name is computed as most is.
NumberFormat default_format(const Profile& profile, const std::vector<NumberFormat>& formats) {
  std::optional<NumberFormat> common;
  for (std::size_t t = 0; t < profile.tensors.size(); ++t) {
    if (!profile.tensors[t].gemm) continue;
    if (common && *common != formats[t]) return NumberFormat::f32;
    common = formats[t];
  }
  return common.value_or(NumberFormat::f32);
}

}  // namespace

std::int64_t stored_bytes(const Profile& profile, const std::vector<NumberFormat>& formats) {
  std::int64_t bytes = 0;
  for (std::size_t t = 0; t < profile.tensors.size(); ++t) bytes += profile.tensors[t].count * records::number_format_bytes(formats[t]);
  return bytes;
}

records::PrecisionMap build_map(const Profile& profile, Measure measure, const std::vector<NumberFormat>& formats,
                                const std::vector<std::string>& reasons) {
  records::PrecisionMap map;
  map.model = {{profile.architecture}, profile.weights_xxh3, profile.parameters, profile.tied};
  map.calibration = {profile.tokens_xxh3, static_cast<std::uint64_t>(profile.sequences), static_cast<std::uint64_t>(profile.tokens()),
                     static_cast<std::uint64_t>(profile.labels), profile.seed};
  map.device.name = profile.device;
  map.summary = summarize(profile, measure, formats);
  map.otherwise = default_format(profile, formats);
  map.groups = groups_of(profile);
  for (std::size_t t = 0; t < profile.tensors.size(); ++t) {
    const ProfiledTensor& tensor = profile.tensors[t];
    map.tensors.push_back(entry_of(profile, measure, t, formats[t], reasons[t]));
    if (!tensor.gemm) continue;
    map.gemms.emplace_back(tensor.module, module_formats(formats[t]));
    if (formats[t] == NumberFormat::f16) map.runtime.loss_scale = "dynamic";  // small gradients would be flushed
  }
  return map;
}

}  // namespace daybreak::precision
