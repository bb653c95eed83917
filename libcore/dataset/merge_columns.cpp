#include "libcore/dataset/merge_columns.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

constexpr std::byte kLineFeed{'\n'};

/// One array of every owner as one address space, with a line feed behind all. A gap of a byte keeps the owners apart,
/// so that no stretch runs over an end.
class JoinedArrays {
 public:
  JoinedArrays(MergeOwners owners, std::size_t column) : owners_(std::move(owners)) {
    std::uint64_t at = 0;
    for (const auto& owner : owners_) {
      sources_.push_back(&owner->table().array(owner->columns()[column].data));
      begins_.push_back(at);
      at += sources_.back()->info().bytes() + 1;
    }
    begins_.push_back(at);
  }

  std::uint64_t begin(std::uint32_t owner) const { return begins_[owner]; }
  io::Stretch line_feed() const { return {begins_.back(), 1}; }
  void read(std::uint64_t at, std::span<std::byte> out) const {
    const auto behind = std::upper_bound(begins_.begin(), begins_.end(), at);
    const auto owner = static_cast<std::size_t>(behind - begins_.begin()) - 1;
    if (owner == sources_.size())
      out[0] = kLineFeed;
    else
      sources_[owner]->read(at - begins_[owner], out);
  }

 private:
  MergeOwners owners_;  // whose arrays these are
  std::vector<const io::ArraySource*> sources_;
  std::vector<std::uint64_t> begins_;
};

/// Is this sample a last line without its end?
bool lacks_line_feed(const MergeOwner& owner, const SampleColumn& column, std::uint64_t sample) {
  if (!column.lines || sample + 1 != owner.table().count()) return false;
  const ByteRange range = range_of(column, sample);
  std::byte last = kLineFeed;
  if (range.end > range.begin) owner.table().array(column.data).read(range.end - 1, std::span(&last, 1));
  return last != kLineFeed;
}

/// The names of the classes of all owners, sorted; nothing where a column has none.
std::vector<std::string> all_classes(const MergeOwners& owners, std::size_t index) {
  std::set<std::string> names;
  std::size_t with = 0;
  for (const auto& owner : owners) {
    const std::vector<std::string> own = owner->classes(owner->columns()[index]);
    names.insert(own.begin(), own.end());
    with += own.empty() ? 0 : 1;
  }
  if (with != 0 && with != owners.size())
    throw data_error(owners[0]->path(), "some of the files name the classes of their labels, others do not",
                     "merge cannot tell which labels are the same");
  return {names.begin(), names.end()};
}

/// The chosen labels, renumbered for the classes of all owners.
std::vector<std::int64_t> renumbered(const MergeOwners& owners, std::size_t index,
                                     const std::vector<Occurrence>& chosen, const std::vector<std::string>& classes) {
  std::vector<std::vector<std::int64_t>> numbers(owners.size());  // of each owner's classes, among all
  std::vector<SampleReader> readers;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    const SampleColumn& column = owners[i]->columns()[index];
    readers.emplace_back(owners[i]->table(), column, std::uint64_t{1} << 16);
    for (const std::string& name : owners[i]->classes(column))
      numbers[i].push_back(std::lower_bound(classes.begin(), classes.end(), name) - classes.begin());
  }
  std::vector<std::int64_t> labels;
  for (const Occurrence& one : chosen) {
    std::int64_t label = 0;
    std::memcpy(&label, readers[one.owner].read(one.sample).data(), sizeof label);
    const bool named = label >= 0 && static_cast<std::uint64_t>(label) < numbers[one.owner].size();
    labels.push_back(named ? numbers[one.owner][static_cast<std::size_t>(label)] : label);
  }
  return labels;
}

/// The chosen samples of one column; with offsets where they differ in length.
void add_samples(io::ArrayFile& file, const MergeOwners& owners, std::size_t index,
                 const std::vector<Occurrence>& chosen) {
  const SampleColumn& first = owners[0]->columns()[index];
  const auto joined = std::make_shared<const JoinedArrays>(owners, index);
  std::vector<io::Stretch> stretches;
  std::vector<std::int64_t> begins{0};
  if (first.offsets) {  // what stands before the first sample: a byte order mark, the header of a table
    begins.assign(first.begins.begin(), first.begins.begin() + static_cast<std::ptrdiff_t>(first.headers) + 1);
    io::append_stretch(stretches, {0, static_cast<std::uint64_t>(begins.back())});
  }
  for (const Occurrence& one : chosen) {
    const SampleColumn& column = owners[one.owner]->columns()[index];
    const ByteRange range = range_of(column, one.sample);
    io::append_stretch(stretches, {joined->begin(one.owner) + range.begin, range.end - range.begin});
    const bool lacks = lacks_line_feed(*owners[one.owner], column, one.sample);
    if (lacks) io::append_stretch(stretches, joined->line_feed());
    begins.push_back(begins.back() + static_cast<std::int64_t>(range.end - range.begin + (lacks ? 1 : 0)));
  }
  io::ArrayInfo info = owners[0]->table().array(first.data).info();
  info.shape[0] = first.offsets ? static_cast<std::uint64_t>(begins.back()) : chosen.size();
  file.arrays.push_back(io::stretched_array(
      std::move(info), stretches, [joined](std::uint64_t at, std::span<std::byte> out) { joined->read(at, out); }));
  if (first.offsets)
    file.arrays.push_back(io::memory_array(owners[0]->table().array(*first.offsets).info().name, begins));
}

void keep_attributes(io::ArrayFile& file, const MergeOwner& owner, const std::string& array) {
  static const std::set<std::string> kept_names{io::kOffsets, io::kHeaderRecords, io::kRole, "vocabulary_size",
                                                "tokenizer"};
  for (const io::Attribute& one : owner.attributes())
    if (one.owner == array && kept_names.contains(one.name)) file.attributes.push_back(one);
}

/// The worst that any owner's array of that name lost; nothing where all are exact.
std::optional<ArrayIntegrity> worst_loss(const MergeOwners& owners, const std::string& array) {
  std::optional<ArrayIntegrity> worst;
  for (const auto& owner : owners) {
    for (const KeptArray& kept : owner->layout().arrays) {
      if (kept.info.name != array || !kept.loss) continue;
      const ArrayIntegrity earlier = worst.value_or(*kept.loss);
      if (!worst || kept.loss->integrity < worst->integrity) worst = kept.loss;
      worst->max_abs_error = std::max(earlier.max_abs_error, kept.loss->max_abs_error);
      worst->max_rel_error = std::max(earlier.max_rel_error, kept.loss->max_rel_error);
    }
  }
  return worst;
}

/// "jsonl" or "csv" where that is what every owner's records are; else "hdf5", arrays by their names.
std::string common_format(const MergeOwners& owners) {
  std::string format;
  for (const auto& owner : owners) {
    for (const KeptInput& input : owner->layout().inputs) {
      if (input.format != "jsonl" && input.format != "csv") return "hdf5";
      if (!format.empty() && input.format != format) return "hdf5";
      format = input.format;
    }
  }
  return format;
}

}  // namespace

CompressInput merged_input(const MergeOwners& owners, const std::vector<Occurrence>& chosen) {
  CompressInput input;
  input.file.name = "the merged files";
  input.file.format = common_format(owners);
  for (std::size_t column = 0; column < owners[0]->columns().size(); ++column) {
    const std::string& name = owners[0]->table().name_of(owners[0]->columns()[column]);
    const std::size_t array = input.file.arrays.size();
    if (const std::vector<std::string> classes = all_classes(owners, column); !classes.empty()) {
      input.file.arrays.push_back(io::memory_array(name, renumbered(owners, column, chosen, classes)));
      input.file.attributes.push_back(io::text_attribute(name, io::kClasses, classes));
    } else {
      add_samples(input.file, owners, column, chosen);
    }
    keep_attributes(input.file, *owners[0], name);
    input.losses.resize(input.file.arrays.size());
    input.losses[array] = worst_loss(owners, name);
    if (input.file.format == "hdf5" || !owners[0]->columns()[column].lines) continue;
    io::Piece text;
    text.array = static_cast<std::int64_t>(array);
    input.file.pieces = {text};
  }
  return input;
}

void add_owners(CompressInput& input, const std::vector<OwnerId>& ids, const std::vector<std::uint64_t>& bits) {
  const auto bytes = std::as_bytes(std::span(bits));
  input.file.arrays.push_back(io::memory_array({kOwners, io::DType::u64, {bits.size()}}, {bytes.begin(), bytes.end()}));
  std::vector<std::string> names, hashes;
  std::vector<std::uint64_t> left_out;
  for (const OwnerId& id : ids) {
    names.push_back(id.name);
    hashes.push_back(id.layout_xxh3);
    left_out.push_back(id.left_out);
  }
  input.file.attributes.push_back(io::text_attribute(kOwners, io::kRole, "owners"));
  input.file.attributes.push_back(io::text_attribute(kOwners, kOwnerNames, names));
  input.file.attributes.push_back(io::text_attribute(kOwners, kOwnerHashes, hashes));
  const auto counts = std::as_bytes(std::span(left_out));
  input.file.attributes.push_back(
      {kOwners, kOwnerLeftOut, io::DType::u64, false, {left_out.size()}, {counts.begin(), counts.end()}});
}

}  // namespace daybreak::dataset
