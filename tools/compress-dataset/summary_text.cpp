#include "libcore/dataset/summary.h"

#include <cmath>
#include <vector>

#include "tools/compress-dataset/verbs.h"
#include "tools/frame/text.h"

namespace daybreak::compress_dataset {
namespace {

std::string shape_text(const io::Shape& shape) {
  std::string text;
  for (const std::uint64_t extent : shape) text += (text.empty() ? "" : " x ") + std::to_string(extent);
  return text.empty() ? "scalar" : text;
}

std::string ratio_text(double ratio) {
  return frame::number(std::round(1000 * ratio) / 1000);
}

std::string pipelines_text(const dataset::KeptArray& array) {
  std::string text;
  for (const auto& [name, chunks] : array.pipelines)
    text += (text.empty() ? "" : ", ") + name + (array.pipelines.size() > 1 ? " (" + std::to_string(chunks) + ")" : "");
  return text;
}

/// A line on what readers need beyond Blosc; empty where nothing.
std::string plugin_text(const dataset::Layout& layout) {
  std::uint64_t own = 0, all = 0;
  for (const dataset::SummaryRow& row : dataset::summary_rows(layout)) {
    own += row.array->plugin_chunks;
    all += row.array->parts();
  }
  if (own == 0) return {};
  const double share = 100 * static_cast<double>(own) / static_cast<double>(all);
  return frame::number(std::round(share)) + " % of the chunks need our filter plugin in programs that use HDF5's library\n";
}

std::string duplicates_text(const dataset::Layout& layout) {
  const dataset::SampleCounts counts = dataset::sample_counts(layout);
  const std::string dropped =
      counts.near_duplicates ? std::to_string(*counts.near_duplicates) + " near-duplicates are left out\n" : "";
  if (counts.samples == 0) return dropped;
  return dropped + std::to_string(counts.duplicates) + " of " + std::to_string(counts.samples) +
         " samples come again and are stored once\n";
}

/// What is not finite, and what was left out for that.
std::string non_finite_text(const dataset::Layout& layout) {
  std::string text;
  for (const dataset::SummaryRow& row : dataset::summary_rows(layout))
    if (const dataset::NonFiniteCount& count = row.array->non_finite; count.any())
      text += row.array->info.name + " has " + std::to_string(count.nan) + " NaN and " +
              std::to_string(count.infinite) + " infinite values\n";
  const std::uint64_t dropped = dataset::dropped_samples(layout);
  if (dropped > 0) text += std::to_string(dropped) + " samples with NaN or infinite values were left out\n";
  return text;
}

/// A table of what lossy arrays keep, and what the figures are not; empty where all is exact.
std::string losses_text(const dataset::Layout& layout) {
  std::vector<std::vector<std::string>> rows{{"array", "worst column", "max error", "relative", "PSNR dB", "NMI",
                                              "cosine >=", "worst direction", "recall@10"}};
  const auto optional = [](const auto& part, const auto& value) {
    return part ? frame::number(value(*part)) : std::string("-");
  };
  for (const dataset::SummaryRow& row : dataset::summary_rows(layout)) {
    if (!row.array->loss) continue;
    const dataset::ArrayIntegrity& loss = *row.array->loss;
    const dataset::ArrayQuality quality = loss.quality.value_or(dataset::ArrayQuality{});
    rows.push_back({row.array->info.name, std::to_string(loss.worst_column) + " of " + std::to_string(loss.columns),
                    frame::number(loss.max_abs_error), frame::number(loss.max_rel_error), frame::number(loss.psnr_db()),
                    optional(quality.normalized_information, [](double share) { return share; }),
                    optional(quality.cosines, [](const auto& cosines) { return cosines.least; }),
                    optional(quality.directions, [](const auto& directions) { return directions.worst_integrity; }),
                    optional(quality.neighbors, [](const auto& neighbors) { return neighbors.recall; })});
  }
  return rows.size() == 1 ? std::string() : frame::table(rows) + dataset::kIntegrityNote + "\n";
}

std::string shard_text(const dataset::Layout& layout) {
  if (!layout.shard) return {};
  const dataset::Shard& shard = layout.shard->shard;
  return "part " + std::to_string(shard.index) + " of " + std::to_string(shard.count) + "\n";
}

}  // namespace

std::string summary_text(const dataset::Layout& layout, std::uint64_t output_bytes,
                         const std::vector<double>& speeds) {
  std::vector<std::vector<std::string>> rows{{"array", "type", "shape", "plain", "stored", "ratio", "integrity", "chunks kept as"}};
  for (const dataset::SummaryRow& row : dataset::summary_rows(layout))
    rows.push_back({row.array->info.name, std::string(io::dtype_name(row.array->info.type)),
                    shape_text(row.array->info.shape), frame::bytes(static_cast<double>(row.array->info.bytes())),
                    frame::bytes(static_cast<double>(row.array->stored_bytes)), ratio_text(row.ratio),
                    row.array->loss ? frame::number(row.array->loss->integrity) : "exact", pipelines_text(*row.array)});
  if (!speeds.empty()) rows[0].insert(rows[0].end() - 1, "decoded");
  for (std::size_t i = 0; i < speeds.size(); ++i)
    rows[i + 1].insert(rows[i + 1].end() - 1, frame::bytes(speeds[i]) + "/s");
  const auto plain = static_cast<double>(dataset::input_bytes(layout)), stored = static_cast<double>(output_bytes);
  return frame::table(rows) + losses_text(layout) + plugin_text(layout) + duplicates_text(layout) + non_finite_text(layout) +
         shard_text(layout) + "in all " + frame::bytes(plain) + " in a file of " + frame::bytes(stored) +
         (output_bytes > 0 ? ", ratio " + ratio_text(plain / stored) : std::string()) +
         (dataset::integrity_of(layout) == 1 ? ", bit for bit\n"
                                             : ", integrity " + frame::number(dataset::integrity_of(layout)) + "\n");
}

}  // namespace daybreak::compress_dataset
