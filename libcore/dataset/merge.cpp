#include "libcore/dataset/merge.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/dataset/duplicates.h"
#include "libcore/dataset/merge_owner.h"
#include "libcore/io/file_array.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/scratch_file.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

constexpr std::size_t kMostOwners = 64;  // bits of "owners"
constexpr const char* kOwners = "owners";

/// What tells the files apart: their names, or their whole paths where two have one name.
std::vector<std::string> names_of(const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const std::string& path : paths) names.push_back(std::filesystem::path(path).filename().string());
  return std::set<std::string>(names.begin(), names.end()).size() == names.size() ? names : paths;
}

class Merger {
 public:
  Merger(const MergeOptions& options, const Surroundings& around) : options_(options), around_(around) {}

  Merged run(const std::vector<std::string>& paths, const TakeConflict& take) {
    names_ = names_of(paths);
    for (const std::string& path : paths) {
      owners_.push_back(std::make_unique<MergeOwner>(path, options_, around_.threads));
      check_alike(*owners_[0], *owners_.back());
    }
    find_contents();
    merged_.labeled = owners_[0]->labeled();
    if (merged_.labeled) compare_labels(take);
    if (merged_.agreement.conflicting == 0 || options_.rule != LabelRule::refuse) write();
    return std::move(merged_);
  }

 private:
  /// Where a content is read again to compare.
  struct Place {
    std::uint32_t owner;
    std::uint64_t sample;
  };

  void find_contents() {
    std::uint64_t total = 0;
    for (const auto& owner : owners_) total += owner->table().count();
    around_.progress.begin("compare", total, "samples");
    ContentIndex contents;
    std::vector<Place> places;
    std::map<std::string, std::uint32_t> labels;
    const auto known = [&](std::uint64_t number) {
      return owners_[places[number].owner]->content(places[number].sample);
    };
    for (std::uint32_t owner = 0; owner < owners_.size(); ++owner) {
      MergeOwner& one = *owners_[owner];
      OwnerCounts counts{names_[owner], one.table().count()};
      std::set<std::uint64_t> seen;
      for (std::uint64_t sample = 0; sample < counts.samples; ++sample) {
        around_.stop.check();
        const std::uint64_t number = contents.number(one.next_content(sample), known);
        if (number == places.size()) {
          places.push_back({owner, sample});
          ++counts.added;
        }
        seen.insert(number);
        const auto label = static_cast<std::uint32_t>(labels.size());
        occurrences_.push_back({number, sample, owner, labels.emplace(one.label_bytes(sample), label).first->second});
        around_.progress.advance(1);
      }
      counts.distinct = seen.size();
      merged_.owners.push_back(std::move(counts));
    }
    merged_.samples = places.size();
    std::stable_sort(occurrences_.begin(), occurrences_.end(),
                     [](const Occurrence& a, const Occurrence& b) { return a.content < b.content; });
  }

  void compare_labels(const TakeConflict& take) {
    merged_.agreement = measure_agreement(occurrences_);
    for_each_content(occurrences_, [&](std::span<const Occurrence> same) {
      if (disagree(same)) take(conflict_json(same));
    });
  }

  io::Json conflict_json(std::span<const Occurrence> same) {
    io::Json labels = io::Json::array();
    for (const Occurrence& one : same) {
      io::Json label;
      label["owner"] = merged_.owners[one.owner].name;
      label["sample"] = one.sample;
      label["label"] = owners_[one.owner]->label_json(one.sample);
      labels.push_back(std::move(label));
    }
    io::Json conflict;
    conflict["sample"] = same[0].content;
    conflict["labels"] = std::move(labels);
    return conflict;
  }

  void write() {
    for_each_content(occurrences_, [&](std::span<const Occurrence> same) {
      chosen_.push_back(representative(same, options_.rule));
      std::uint64_t bits = 0;
      for (const Occurrence& one : same) bits |= std::uint64_t{1} << one.owner;
      bits_.push_back(bits);
    });
    CompressInput input;
    input.file.name = "the merged files";
    input.file.format = "hdf5";
    for (std::size_t column = 0; column < owners_[0]->columns().size(); ++column) add_column(input.file, column);
    const auto bytes = std::as_bytes(std::span(bits_));
    input.file.arrays.push_back(
        io::memory_array({kOwners, io::DType::u64, {bits_.size()}}, {bytes.begin(), bytes.end()}));
    input.file.attributes.push_back(io::text_attribute(kOwners, io::kRole, "owners"));
    input.file.attributes.push_back(io::text_attribute(kOwners, "names", names_));
    merged_.inputs.push_back(std::move(input));
  }

  /// The chosen samples of one column, copied in order.
  void add_column(io::ArrayFile& file, std::size_t index) {
    const SampleColumn& first = owners_[0]->columns()[index];
    io::ArrayInfo info = owners_[0]->table().array(first.data).info();
    std::vector<SampleReader> readers;
    for (const auto& owner : owners_)
      readers.emplace_back(owner->table(), owner->columns()[index], std::uint64_t{1} << 20);
    const std::vector<std::string> classes = all_classes(index);
    io::ScratchWriter copy;
    std::vector<std::int64_t> begins{0};
    copy_header(first, copy, begins);
    around_.progress.begin("merge " + info.name, chosen_.size(), "samples");
    for (const Occurrence& one : chosen_) {
      around_.stop.check();
      const std::span<const std::byte> bytes = readers[one.owner].read(one.sample);
      if (classes.empty())
        copy.append(bytes);
      else
        copy.append_number(number_among(classes, *owners_[one.owner], index, bytes));
      begins.push_back(static_cast<std::int64_t>(copy.size()));
      around_.progress.advance(1);
    }
    info.shape[0] = first.offsets ? copy.size() : chosen_.size();
    const std::string name = info.name;
    file.arrays.push_back(io::file_array(copy.finish(name), std::move(info)));
    if (first.offsets)
      file.arrays.push_back(io::memory_array(owners_[0]->table().array(*first.offsets).info().name, begins));
    keep_attributes(file, name, classes);
  }

  /// What stands before the first sample, which check_alike() found to be the same.
  void copy_header(const SampleColumn& column, io::ScratchWriter& copy, std::vector<std::int64_t>& begins) const {
    if (column.headers == 0) return;
    std::vector<std::byte> header(static_cast<std::size_t>(column.begins[column.headers]));
    owners_[0]->table().array(column.data).read(0, header);
    copy.append(header);
    begins.assign(column.begins.begin(), column.begins.begin() + static_cast<std::ptrdiff_t>(column.headers) + 1);
  }

  /// The names of the classes of all owners, sorted; nothing where a column has none.
  std::vector<std::string> all_classes(std::size_t index) const {
    std::set<std::string> names;
    std::size_t with = 0;
    for (const auto& owner : owners_) {
      const std::vector<std::string> of_owner = owner->classes(owner->columns()[index]);
      names.insert(of_owner.begin(), of_owner.end());
      with += of_owner.empty() ? 0 : 1;
    }
    if (with != 0 && with != owners_.size())
      throw data_error(owners_[0]->name(), "some of the files name the classes of their labels, others do not",
                       "merge cannot tell which labels are the same");
    return {names.begin(), names.end()};
  }

  static std::int64_t number_among(const std::vector<std::string>& classes, const MergeOwner& owner, std::size_t index,
                                   std::span<const std::byte> bytes) {
    const std::vector<std::string> own = owner.classes(owner.columns()[index]);
    std::int64_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof number);
    if (number < 0 || static_cast<std::uint64_t>(number) >= own.size()) return number;
    return std::lower_bound(classes.begin(), classes.end(), own[static_cast<std::size_t>(number)]) - classes.begin();
  }

  void keep_attributes(io::ArrayFile& file, const std::string& array, const std::vector<std::string>& classes) const {
    static const std::set<std::string> kKept{io::kOffsets, io::kHeaderRecords, io::kRole, "vocabulary_size",
                                             "tokenizer"};
    for (const io::Attribute& one : owners_[0]->attributes())
      if (one.owner == array && kKept.contains(one.name)) file.attributes.push_back(one);
    if (!classes.empty()) file.attributes.push_back(io::text_attribute(array, io::kClasses, classes));
  }

  const MergeOptions& options_;
  const Surroundings& around_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<MergeOwner>> owners_;
  std::vector<Occurrence> occurrences_, chosen_;
  std::vector<std::uint64_t> bits_;
  Merged merged_;
};

}  // namespace

Merged merge(const std::vector<std::string>& paths, const MergeOptions& options, const TakeConflict& take,
             const Surroundings& around) {
  if (paths.size() > kMostOwners)
    throw usage_error("expected at most 64 files, found " + std::to_string(paths.size()),
                      "merge some first, then their results");
  return Merger(options, around).run(paths, take);
}

}  // namespace daybreak::dataset
