#include "libcore/dataset/shard.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/dataset/shard_fingerprint.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

using Array = std::shared_ptr<const io::ArraySource>;

std::unique_ptr<io::ArraySource> rows_of_array(const Array& whole, const SampleRun& rows) {
  io::ArrayInfo info = whole->info();
  const std::uint64_t row_bytes = info.shape[0] == 0 ? 0 : info.bytes() / info.shape[0];
  info.shape[0] = rows.count;
  const auto read = [whole](std::uint64_t offset, std::span<std::byte> out) { whole->read(offset, out); };
  return io::stretched_array(std::move(info), {{row_bytes * rows.first, row_bytes * rows.count}}, read);
}

/// One input, array by array.
class Cutter {
 public:
  Cutter(CompressInput& input, const Shard& shard) : input_(input), shard_(shard) {}

  std::vector<ShardArray> run() {
    UncutInput& uncut = input_.uncut.emplace();
    for (auto& source : input_.file.arrays) uncut.arrays.push_back(std::move(source));
    uncut.pieces = input_.file.pieces;
    uncut.decoded = std::exchange(input_.decoded, std::move(input_.decoded_part));
    input_.path.reset();
    input_.file.name += ", part " + std::to_string(shard_.index) + "/" + std::to_string(shard_.count);
    if (!is_its_first_array()) input_.file.pieces.reset();
    told_.resize(uncut.arrays.size());
    for (std::size_t i = 0; i < uncut.arrays.size(); ++i)
      if (const auto offsets = offsets_of(i)) cut_samples(i, *offsets);
    for (std::size_t i = 0; i < uncut.arrays.size(); ++i)
      if (!input_.file.arrays[i]) cut_rows(i);
    return std::move(told_);
  }

 private:
  const std::vector<Array>& arrays() const { return input_.uncut->arrays; }

  bool is_its_first_array() const {
    if (!input_.file.pieces || input_.file.pieces->size() != 1) return false;
    const io::Piece& piece = input_.file.pieces->front();
    return piece.array == 0 && !piece.big_endian && !piece.column_major && !piece.run_bytes && piece.fields.empty();
  }

  std::optional<std::size_t> offsets_of(std::size_t array) const {
    const std::string& name = arrays()[array]->info().name;
    const io::Attribute* told = io::find_attribute(input_.file.attributes, name, io::kOffsets);
    const auto texts = told != nullptr ? io::attribute_texts(*told) : std::vector<std::string>();
    for (std::size_t i = 0; texts.size() == 1 && i < arrays().size(); ++i)
      if (i != array && arrays()[i]->info().name == io::beside(name, texts[0])) return i;
    return std::nullopt;
  }

  void cut_samples(std::size_t array, std::size_t offsets) {
    const SampleTable table({arrays()[array], arrays()[offsets]}, input_.file.attributes, input_.file.name);
    const SampleColumn& column = table.columns()[0];
    const SampleRun run = rows_of(shard_, table.count());
    const std::uint64_t first = shard_.index == 1 ? 0 : column.headers + run.first;  // of the entries
    const std::uint64_t last = column.headers + run.first + run.count;
    const auto begin = shard_.index == 1 ? 0 : column.begins[first];
    std::vector<std::int64_t> begins;
    for (std::uint64_t entry = first; entry <= last; ++entry) begins.push_back(column.begins[entry] - begin);
    const auto at = static_cast<std::uint64_t>(begin);
    take(array, at, static_cast<std::uint64_t>(column.begins[last]) - at);
    told_[offsets] = {Division::offsets, column.begins.size(), first};
    input_.file.arrays[offsets] = io::memory_array(arrays()[offsets]->info().name, begins);
    if (shard_.index == 1 || column.headers == 0) return;
    const std::string& owner = table.name_of(column);
    std::erase_if(input_.file.attributes, [&](const io::Attribute& one) {
      return one.owner == owner && one.name == io::kHeaderRecords;
    });
  }

  void cut_rows(std::size_t array) {
    const io::ArrayInfo& info = arrays()[array]->info();
    if (!info.shape.empty()) {
      const SampleRun run = rows_of(shard_, info.shape[0]);
      return take(array, run.first, run.count);
    }
    told_[array].division = Division::whole;
    std::vector<std::byte> element(info.bytes());
    arrays()[array]->read(0, element);
    input_.file.arrays[array] = io::memory_array(info, std::move(element));
  }

  void take(std::size_t array, std::uint64_t first, std::uint64_t count) {
    told_[array] = {Division::rows, arrays()[array]->info().shape[0], first};
    input_.file.arrays[array] = rows_of_array(arrays()[array], {first, count});
  }

  CompressInput& input_;
  Shard shard_;
  std::vector<ShardArray> told_;
};

}  // namespace

Shard parse_shard(const std::string& text) {
  const auto refuse = [&](const std::string& what) {
    throw usage_error("--shard: expected PART/PARTS such as 3/8, " + what, "parts are counted from 1, up to " +
                                                                               std::to_string(kMostShards));
  };
  const std::size_t slash = text.find('/');
  Shard shard;
  try {
    if (slash == std::string::npos) refuse("found '" + text + "'");
    shard = {static_cast<std::uint64_t>(parse_count(text.substr(0, slash))),
             static_cast<std::uint64_t>(parse_count(text.substr(slash + 1)))};
  } catch (const Error&) {
    refuse("found '" + text + "'");
  }
  if (shard.count < 1 || shard.count > kMostShards) refuse("found " + std::to_string(shard.count) + " parts");
  if (shard.index < 1 || shard.index > shard.count)
    refuse("found part " + std::to_string(shard.index) + " of " + std::to_string(shard.count));
  return shard;
}

SampleRun rows_of(const Shard& shard, std::uint64_t rows) {
  // floor(rows * part / count) without a product that overflows.
  const auto begin = [&](std::uint64_t part) {
    return rows / shard.count * part + rows % shard.count * part / shard.count;
  };
  const std::uint64_t first = begin(shard.index - 1);
  return {first, begin(shard.index) - first};
}

ShardRecord cut(std::vector<CompressInput>& inputs, const Shard& shard, const std::string& options) {
  ShardRecord record;
  record.shard = shard;
  record.fingerprint = fingerprint(inputs, options);
  for (CompressInput& input : inputs) {
    const std::vector<ShardArray> arrays = Cutter(input, shard).run();
    record.arrays.insert(record.arrays.end(), arrays.begin(), arrays.end());
  }
  return record;
}

}  // namespace daybreak::dataset
