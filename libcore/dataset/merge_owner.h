#pragma once
// One owner's dataset on its way into a merged one. Only merge*.cpp include this.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/merge.h"
#include "libcore/dataset/samples.h"

namespace daybreak::dataset {

/// Who brought samples.
struct OwnerId {
  std::string name;         // of the file
  std::string layout_xxh3;  // which covers all that it holds
  std::uint64_t left_out = 0;  // samples that it had left out
  bool operator==(const OwnerId&) const = default;
};

class MergeOwner {
 public:
  /// `shown` is what the merged file calls this one. Every chunk is read and checked. Errors: Error (data).
  MergeOwner(const std::string& path, const std::string& shown, const MergeOptions& options,
             const Surroundings& around);

  const std::string& path() const { return archive_->reader().name(); }
  const Layout& layout() const { return archive_->layout(); }
  const SampleTable& table() const { return *table_; }
  /// Which columns are samples' own: without the owners of an earlier merge.
  const std::vector<SampleColumn>& columns() const { return table_->columns(); }
  const std::vector<io::Attribute>& attributes() const { return attributes_; }
  bool labeled() const { return !labels_.empty(); }
  /// Those who brought its samples: itself, or the owners of an earlier merge.
  const std::vector<OwnerId>& ids() const { return ids_; }
  /// Bit k: ids()[k] has the sample.
  std::uint64_t bits(std::uint64_t sample) const { return bits_.empty() ? 1 : bits_[sample]; }
  /// The names of the classes of a column of labels, where it has any.
  std::vector<std::string> classes(const SampleColumn& column) const;

  /// The content of a sample for comparison, in order or in any.
  std::vector<std::byte> next_content(std::uint64_t sample) { return ascending_->key(sample); }
  std::vector<std::byte> content(std::uint64_t sample) { return any_->key(sample); }
  /// The bytes of its labels, the names of classes in the place of their numbers.
  std::string label_bytes(std::uint64_t sample);
  /// The labels as people read them.
  io::Json label_json(std::uint64_t sample);

 private:
  /// A column of labels.
  struct Label {
    SampleReader reader;
    io::DType type;
    std::vector<std::string> classes;
    std::string read_class(std::uint64_t sample);  // its name; empty for a number in no class
  };

  SampleTable::Arrays open_arrays(const std::string& shown);
  void read_owners(std::size_t array);
  SampleKeys::OfRecord keys_of_records(std::vector<std::string> without) const;
  /// Where the columns of these labels stand in the records of a table.
  std::vector<std::size_t> places_in_table(const std::vector<std::string>& labels) const;
  void mark_labels(const MergeOptions& options);
  bool has_role(const std::string& array, const std::string& role) const;

  std::shared_ptr<const Archive> archive_;
  std::vector<io::Attribute> attributes_;
  std::vector<OwnerId> ids_;
  std::vector<std::uint64_t> bits_;
  std::unique_ptr<SampleTable> table_;
  std::unique_ptr<SampleKeys> ascending_, any_;
  std::vector<Label> labels_;
};

/// Error (data) unless the two have the same arrays, types and shapes of rows, and the same header.
void check_alike(const MergeOwner& first, const MergeOwner& other);

}  // namespace daybreak::dataset
