#include "libcore/dataset/near_duplicates.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/dataset/duplicates.h"
#include "libcore/dataset/minhash.h"
#include "libcore/dataset/ordered_work.h"
#include "libcore/dataset/record_content.h"

namespace daybreak::dataset {
namespace {

/// What is compared of a sample.
struct Text {
  std::vector<std::uint64_t> grams;
  Signature signature;
  std::vector<std::byte> labels;
};

class TextReader {
 public:
  TextReader(const SampleTable& table, bool json) : table_(table), json_(json) {
    const auto& columns = table.columns();
    const bool any = std::any_of(columns.begin(), columns.end(), [](const SampleColumn& one) { return is_text(one); });
    if (!any)
      throw data_error(table.where(), "has no samples of text, which --drop-near-duplicates compares",
                       "JSON Lines, CSV, folders and shards of text have them");
  }

  /// Nothing for a sample that is no text. Thread-safe.
  std::optional<Text> read(std::uint64_t sample) const {
    std::string all;
    Text text;
    for (const SampleColumn& column : table_.columns()) {
      if (!is_text(column) && !column.is_label()) continue;
      SampleReader reader(table_, column, 0);
      const std::span<const std::byte> bytes = reader.read(sample);
      if (column.is_label()) {
        text.labels.insert(text.labels.end(), bytes.begin(), bytes.end());
        continue;
      }
      const std::string_view part(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      if (!is_utf8(part) || part.find('\0') != std::string_view::npos) return std::nullopt;
      if (!all.empty()) all += '\n';
      all += json_ && column.lines ? record_strings(part, table_.where() + ": record " + std::to_string(sample))
                                   : std::string(part);
    }
    text.grams = five_grams(all);
    if (text.grams.empty()) return std::nullopt;
    text.signature = minhash(text.grams);
    return text;
  }

 private:
  static bool is_text(const SampleColumn& column) { return column.offsets && !column.is_place() && !column.is_label(); }

  const SampleTable& table_;
  bool json_;
};

/// The name of a sample's file; empty where it has none.
std::string name_of(const SampleTable& table, std::uint64_t sample) {
  for (const SampleColumn& column : table.columns()) {
    if (column.role != "names" || !column.offsets) continue;
    const ByteRange range = range_of(column, sample);
    std::string name(range.end - range.begin, '\0');
    if (!name.empty()) table.array(column.data).read(range.begin, std::as_writable_bytes(std::span(name)));
    if (name.ends_with('\n')) name.pop_back();
    return name;
  }
  return {};
}

/// The most similar earlier sample that stays.
std::optional<NearDuplicate> nearest(const NearIndex& index, const TextReader& reader, const Text& text,
                                     std::uint64_t sample, double threshold) {
  std::optional<NearDuplicate> found;
  for (const std::uint64_t kept : index.candidates(text.signature)) {
    const std::optional<Text> other = reader.read(kept);
    if (!other || other->labels != text.labels) continue;
    const double similarity = jaccard(text.grams, other->grams);
    if (similarity >= threshold && (!found || similarity > found->jaccard))
      found = NearDuplicate{sample, kept, similarity, {}, {}};
  }
  return found;
}

}  // namespace

std::vector<SampleRun> find_near_duplicates(const SampleTable& table, bool json, double threshold,
                                            const TakeNearDuplicate& take, const Surroundings& around) {
  const TextReader reader(table, json);
  NearIndex index(threshold);
  std::vector<SampleRun> kept;
  around.progress.begin("find near-duplicates", table.count(), "samples");
  const auto work = [&](std::uint64_t sample) { return reader.read(sample); };
  const auto decide = [&](std::uint64_t sample, const std::optional<Text>& text) {
    around.stop.check();
    around.progress.advance(1);
    const auto found = text ? nearest(index, reader, *text, sample, threshold) : std::nullopt;
    if (found) return take(*found);
    append_run(kept, {sample, 1});
    if (text) index.add(text->signature, sample);
  };
  in_order<std::optional<Text>>(table.count(), around.threads, work, decide);
  return kept;
}

void drop_near_duplicates(CompressInput& input, double threshold, const TakeNearDuplicate& take,
                          const Surroundings& around) {
  SampleTable::Arrays arrays;  // what is picked keeps them
  for (auto& array : input.file.arrays) arrays.push_back(std::move(array));
  const SampleTable table = table_of(input, std::move(arrays));
  DroppedSamples dropped{threshold, {}};
  const std::vector<SampleRun> kept = find_near_duplicates(
      table, input.file.format == "jsonl", threshold,
      [&](NearDuplicate one) {
        dropped.pairs.emplace_back(one.sample, one.kept);
        one.name = name_of(table, one.sample);
        one.kept_name = name_of(table, one.kept);
        take(one);
      },
      around);
  input.file.arrays = table.pick(kept, SampleTable::Places::picked);
  input.path.reset();
  if (input.file.pieces && !dropped.pairs.empty()) {
    const auto& pieces = *input.file.pieces;
    const bool all_of_one = pieces.size() == 1 && pieces[0].array >= 0 && !pieces[0].run_bytes;
    if (!all_of_one) {
      input.file.pieces.reset();
      input.file.format = "hdf5";
    }
  }
  input.dropped = std::move(dropped);
}

}  // namespace daybreak::dataset
