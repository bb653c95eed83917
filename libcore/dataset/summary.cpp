#include "libcore/dataset/summary.h"

#include <algorithm>

#include "libcore/records/dataset_record.h"

namespace daybreak::dataset {
namespace {

double ratio_of(std::uint64_t plain, std::uint64_t stored) {
  return stored == 0 ? 1 : static_cast<double>(plain) / static_cast<double>(stored);
}

io::Json row_json(const SummaryRow& row) {
  const KeptArray& array = *row.array;
  io::Json out, pipelines = io::Json::object();
  for (const auto& [name, chunks] : array.pipelines) pipelines[name] = chunks;
  out["name"] = array.info.name;
  out["dtype"] = io::dtype_name(array.info.type);
  out["shape"] = io::Json::array(array.info.shape);
  out["input_bytes"] = array.info.bytes();
  out["output_bytes"] = array.stored_bytes;
  out["ratio"] = row.ratio;
  out["pipelines"] = std::move(pipelines);
  out["chunks"] = array.parts();
  out["chunk_bytes"] = array.chunk_bytes();
  out["read_amplification"] = array.chunk_rows();  // bytes that are decoded for one row alone, over its own
  out["plugin_chunks"] = array.plugin_chunks;
  if (has_nan(array.info.type)) {
    out["nan"] = array.non_finite.nan;
    out["infinite"] = array.non_finite.infinite;
  }
  out["integrity"] = array.loss ? array.loss->integrity : 1;
  out["max_abs_error"] = array.loss ? array.loss->max_abs_error : 0;
  if (!array.loss) return out;
  out["max_rel_error"] = array.loss->max_rel_error;
  out["nmse"] = array.loss->nmse;
  out["psnr_db"] = array.loss->psnr_db();
  out["columns"] = array.loss->columns;
  out["integrity_median"] = array.loss->median;
  out["worst_column"] = array.loss->worst_column;
  if (array.loss->quality) out["quality"] = quality_json(*array.loss->quality);
  if (array.loss->information) out["real_information"] = information_json(*array.loss->information);
  return out;
}

}  // namespace

std::vector<SummaryRow> summary_rows(const Layout& layout) {
  std::vector<SummaryRow> rows;
  for (const KeptArray& array : layout.arrays)
    if (array.info.name != kLiterals) rows.push_back({&array, ratio_of(array.info.bytes(), array.stored_bytes)});
  return rows;
}

std::uint64_t input_bytes(const Layout& layout) {
  std::uint64_t total = 0;
  for (const KeptInput& input : layout.inputs) total += input.bytes;
  return total;
}

SampleCounts sample_counts(const Layout& layout) {
  SampleCounts counts;
  for (const KeptInput& input : layout.inputs) {
    counts.samples += input.samples;
    counts.duplicates += input.samples - input.distinct_samples;
    if (input.dropped) counts.near_duplicates = counts.near_duplicates.value_or(0) + input.dropped->pairs.size();
  }
  return counts;
}

std::uint64_t dropped_samples(const Layout& layout) {
  std::uint64_t dropped = 0;
  for (const KeptInput& input : layout.inputs) dropped += input.dropped_samples;
  return dropped;
}

double integrity_of(const Layout& layout) {
  double worst = 1;
  for (const KeptArray& array : layout.arrays)
    if (array.loss) worst = std::min(worst, array.loss->integrity);
  return worst;
}

io::Json summary_json(const Layout& layout, std::uint64_t output_bytes) {
  io::Json out;
  out["schema"] = records::kDatasetSchema;
  out["input_bytes"] = input_bytes(layout);
  out["output_bytes"] = output_bytes;
  out["ratio"] = ratio_of(input_bytes(layout), output_bytes);
  out["integrity"] = integrity_of(layout);
  if (integrity_of(layout) != 1) out["integrity_note"] = kIntegrityNote;
  const SampleCounts counts = sample_counts(layout);
  if (counts.samples > 0) {
    out["samples"] = counts.samples;
    out["duplicate_samples"] = counts.duplicates;
  }
  if (counts.near_duplicates) out["near_duplicate_samples"] = *counts.near_duplicates;
  if (dropped_samples(layout) > 0) out["dropped_samples"] = dropped_samples(layout);
  if (layout.shard) {
    io::Json shard;
    shard["index"] = layout.shard->shard.index;
    shard["count"] = layout.shard->shard.count;
    shard["fingerprint"] = layout.shard->fingerprint;
    out["shard"] = std::move(shard);
  }
  io::Json arrays = io::Json::array();
  for (const SummaryRow& row : summary_rows(layout)) arrays.push_back(row_json(row));
  out["arrays"] = std::move(arrays);
  return out;
}

}  // namespace daybreak::dataset
