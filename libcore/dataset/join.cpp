#include "libcore/dataset/join.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/hex.h"
#include "libcore/dataset/hash.h"
#include "libcore/dataset/part_set.h"
#include "libcore/dataset/write_arrays.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

using Parts = std::vector<PartFile>;

/// What the whole array lost. A part that stayed exact has no sums: with its variance, which the errors of the others are
/// compared to, the figures could only be better.
std::optional<ArrayIntegrity> joined_loss(const Parts& parts, std::size_t array) {
  std::optional<LossSums> sums;
  std::vector<double> missing;
  for (const PartFile& part : parts) {
    const io::ArrayInfo& info = part.layout.arrays[array].info;
    const std::optional<ArrayIntegrity>& loss = part.layout.arrays[array].loss;
    if (!loss) continue;
    if (!loss->sums || loss->sums->columns.size() != columns_of(info))
      throw data_error(part.name, "does not say what \"" + info.name + "\" lost", "make the part again");
    if (!sums) {
      sums = loss->sums;
      missing = loss->missing;
      continue;
    }
    sums->add(*loss->sums);
    // What stands for a missing value in one part alone stayed exact there, as any number may.
    std::erase_if(missing, [&](double value) {
      return std::find(loss->missing.begin(), loss->missing.end(), value) == loss->missing.end();
    });
  }
  if (!sums) return std::nullopt;
  ArrayIntegrity all = sums->result(std::move(missing));
  all.sums.reset();
  return all;
}

/// The array of the whole, as far as its parts say.
KeptArray joined_array(const Parts& parts, std::size_t array) {
  const ShardArray& told = parts.front().layout.shard->arrays[array];
  KeptArray whole;
  whole.info = parts.front().layout.arrays[array].info;
  if (told.division != Division::whole) whole.info.shape[0] = told.rows;
  whole.grid = whole_grid(whole.info);
  whole.loss = joined_loss(parts, array);
  if (told.division != Division::rows || whole.info.bytes() == 0) return whole;
  for (const PartFile& part : parts) {
    const KeptArray& kept = part.layout.arrays[array];
    whole.non_finite.add(kept.non_finite);
    if (kept.info.bytes() == 0) continue;
    whole.add_segment(kept.grid);
    whole.stored_bytes += kept.stored_bytes;
    whole.plugin_chunks += kept.plugin_chunks;
    for (const auto& [name, chunks] : kept.pipelines) whole.pipelines[name] += chunks;
  }
  return whole;
}

constexpr std::int64_t kMostBytes = std::int64_t{1} << 62;

/// Where the samples of all parts begin, counted from the start of the whole.
std::unique_ptr<io::ArraySource> joined_offsets(const Parts& parts, std::size_t array) {
  std::vector<std::int64_t> all;
  for (const PartFile& part : parts) {
    const std::vector<std::byte>& bytes = part.bytes.at(array);
    std::vector<std::int64_t> own(bytes.size() / sizeof(std::int64_t));
    if (!bytes.empty()) std::memcpy(own.data(), bytes.data(), own.size() * sizeof(std::int64_t));
    const std::int64_t before = all.empty() ? 0 : all.back();
    const bool fits = !own.empty() && std::is_sorted(own.begin(), own.end()) && own.front() >= 0 &&
                      (all.empty() || own.front() == 0) && own.back() <= kMostBytes - before;
    if (!fits) throw data_error(part.name, "the offsets of its samples are none", "make the part again");
    for (std::size_t i = all.empty() ? 0 : 1; i < own.size(); ++i) all.push_back(before + own[i]);
  }
  return io::memory_array(parts.front().layout.arrays[array].info.name, all);
}

/// Writes where the rows of a mapped array stand.
void write_mapping(Hdf5Writer& writer, const Parts& parts, std::size_t array, const io::ArrayInfo& whole) {
  std::vector<MappedRows> files;
  for (const PartFile& part : parts) {
    const io::ArrayInfo& info = part.layout.arrays[array].info;
    if (info.bytes() > 0) files.push_back({part.part.path, info.shape[0]});
  }
  writer.write_mapped(whole, files);
}

/// The attributes of the first part; those that tell its own bytes become those of the whole.
void write_attributes(Hdf5Writer& writer, const PartFile& first, const Layout& layout) {
  for (const io::Attribute& attribute : first.attributes) {
    const bool own = attribute.owner.empty() && (attribute.name == kManifestHash || attribute.name == kToolAttribute);
    if (!own && attribute.name != kSourceBytes && attribute.name != kSourceHash) writer.attribute(attribute);
  }
  for (const KeptInput& input : layout.inputs) {
    const std::string group = input.group.substr(0, input.group.empty() ? 0 : input.group.size() - 1);
    writer.integer_attribute(group, kSourceBytes, input.bytes);
    if (!input.xxh3.empty()) writer.text_attribute(group, kSourceHash, input.xxh3);
  }
}

class Joiner {
 public:
  Joiner(Parts parts, Hdf5Writer& writer) : parts_(std::move(parts)), writer_(writer) {}

  Layout run(const CompressOptions& options, const Surroundings& around) {
    layout_.tool = kTool;
    layout_.inputs = parts_.front().layout.whole;
    for (std::size_t i = 0; i < parts_.front().layout.shard->arrays.size(); ++i) add(i, options);
    add_literals(options);
    write_list(options, around);
    around.progress.begin("join", total_here(), "B");
    write_arrays(writer_, layout_, supplies_, options, around);
    write_attributes(writer_, parts_.front(), layout_);
    return std::move(layout_);
  }

 private:
  void add(std::size_t array, const CompressOptions& options) {
    KeptArray whole = joined_array(parts_, array);
    if (whole.mapped()) {
      write_mapping(writer_, parts_, array, whole.info);
      Supply elsewhere{nullptr};
      for (const PartFile& part : parts_) {
        const auto& hashes = part.hashes[array];
        if (part.layout.arrays[array].info.bytes() > 0)
          elsewhere.hashes.insert(elsewhere.hashes.end(), hashes.begin(), hashes.end());
      }
      supplies_.push_back(std::move(elsewhere));
    } else if (parts_.front().layout.shard->arrays[array].division == Division::offsets) {
      supply(joined_offsets(parts_, array), whole, options);
    } else {
      const auto told = parts_.front().bytes.find(array);
      supply(io::memory_array(whole.info, told != parts_.front().bytes.end() ? told->second : std::vector<std::byte>()),
             whole, options);
    }
    layout_.arrays.push_back(std::move(whole));
  }

  /// What of the originals is in no array, which the first part has for all.
  void add_literals(const CompressOptions& options) {
    const std::size_t literals = parts_.front().layout.shard->arrays.size();
    if (literals == parts_.front().layout.arrays.size()) return;
    KeptArray array;
    array.info = parts_.front().layout.arrays[literals].info;
    supply(io::memory_array(array.info, parts_.front().bytes.at(literals)), array, options);
    layout_.arrays.push_back(std::move(array));
  }

  void supply(std::unique_ptr<io::ArraySource> source, KeptArray& array, const CompressOptions& options) {
    array.grid = make_grid(array.info, options.chunk_target());
    supplies_.push_back({source.get()});
    sources_.push_back(std::move(source));
  }

  void write_list(const CompressOptions& options, const Surroundings& around) {
    std::vector<JoinedPart> list;
    for (const PartFile& part : parts_) list.push_back(part.part);
    const std::string text = joined_parts_text(list);
    const auto bytes = std::as_bytes(std::span(text));
    write_own(writer_, {kParts, io::DType::u8, {text.size()}}, bytes, options, around);
    layout_.parts_xxh3 = hex64(hash64(bytes));
  }

  std::uint64_t total_here() const {
    std::uint64_t total = 0;
    for (const auto& source : sources_) total += source->info().bytes();
    return total;
  }

  Parts parts_;
  Hdf5Writer& writer_;
  Layout layout_;
  std::vector<Supply> supplies_;
  std::vector<std::unique_ptr<io::ArraySource>> sources_;  // of the supplies
};

}  // namespace

Layout join(const std::vector<std::string>& parts, const CompressOptions& options, const std::string& path,
            const std::string& shown_as, const Surroundings& around) {
  Parts gathered = gather_parts(parts, std::filesystem::path(path).parent_path());
  check_arrays(gathered);
  Hdf5Writer writer(path, shown_as);
  Layout layout = Joiner(std::move(gathered), writer).run(options, around);
  writer.close();
  return layout;
}

void check_join(const std::vector<std::string>& parts, const std::filesystem::path& folder) {
  check_arrays(gather_parts(parts, folder));
}

}  // namespace daybreak::dataset
