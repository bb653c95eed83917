#pragma once
// One owner's dataset on its way into a merged one. Only merge.cpp includes this.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/dataset/merge.h"
#include "libcore/dataset/reader.h"
#include "libcore/dataset/samples.h"

namespace daybreak::dataset {

class MergeOwner {
 public:
  MergeOwner(const std::string& path, const MergeOptions& options, std::int64_t threads);

  const std::string& name() const { return reader_->name(); }
  const SampleTable& table() const { return *table_; }
  /// Which columns are samples' own: without the owners of an earlier merge.
  const std::vector<SampleColumn>& columns() const { return table_->columns(); }
  const std::vector<io::Attribute>& attributes() const { return attributes_; }
  bool labeled() const;
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
  void mark_labels(const MergeOptions& options);

  std::shared_ptr<Reader> reader_;
  std::vector<io::Attribute> attributes_;
  std::unique_ptr<SampleTable> table_;
  std::unique_ptr<SampleKeys> ascending_, any_;
  std::vector<SampleReader> labels_;
  std::vector<const SampleColumn*> label_columns_;
  std::vector<std::vector<std::string>> classes_;  // of each label column
};

/// Error (data) unless the two have the same arrays, types and shapes of rows, and the same header.
void check_alike(const MergeOwner& first, const MergeOwner& other);

}  // namespace daybreak::dataset
