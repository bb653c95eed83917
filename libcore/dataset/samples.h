#pragma once
// The arrays of an input or a file as samples: one row of each array, or the bytes between two offsets.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/io/array_file.h"

namespace daybreak::dataset {

/// One array, or a pair of bytes and offsets (io/sample_columns.h).
struct SampleColumn {
  std::size_t data = 0;                // index of the array
  std::optional<std::size_t> offsets;  // index of its offsets; nothing: rows
  std::vector<std::int64_t> begins;    // of the entries, headers too, and the end of the last; for bytes
  std::uint64_t headers = 0;           // entries before the first sample
  std::uint64_t row_bytes = 0;         // for rows
  bool lines = false;                  // each ends in a line feed that the last may lack
  std::string role;                    // "labels", "names", "modes" or nothing

  bool is_label() const { return role == "labels"; }
  /// True for what describes where a sample stood rather than what it is.
  bool is_place() const { return role == "names" || role == "modes"; }
};

/// Samples that stand one behind the other.
struct SampleRun {
  std::uint64_t first = 0, count = 0;
};
/// Adds a run; one that goes on where the last ended becomes part of it.
void append_run(std::vector<SampleRun>& runs, SampleRun next);

/// Arrays that have the same number of samples.
class SampleTable {
 public:
  using Arrays = std::vector<std::shared_ptr<const io::ArraySource>>;

  /// Roles and offsets come from the attributes. Errors: Error (data, naming `where`) for arrays of different lengths,
  /// a scalar, offsets that do not fit.
  SampleTable(Arrays arrays, const std::vector<io::Attribute>& attributes, std::string where);

  std::uint64_t count() const { return count_; }
  const std::vector<SampleColumn>& columns() const { return columns_; }
  const io::ArraySource& array(std::size_t index) const { return *arrays_[index]; }
  /// How messages call the input or file.
  const std::string& where() const { return where_; }
  const std::string& name_of(const SampleColumn& column) const { return arrays_[column.data]->info().name; }
  /// Bytes of one sample, or nothing where samples differ; places are not counted.
  std::optional<std::uint64_t> fixed_bytes() const;

  /// The arrays with these samples only, in this order (each may come several times); at the place of every array.
  /// Without places these have nothing at theirs. The arrays of the table must live as long as these.
  enum class Places { left_out, picked };
  std::vector<std::unique_ptr<io::ArraySource>> pick(const std::vector<SampleRun>& runs,
                                                     Places places = Places::left_out) const;

 private:
  void add_bytes(std::size_t data, std::size_t offsets, const std::vector<io::Attribute>& attributes);
  void agree(std::uint64_t samples, const std::string& array);

  Arrays arrays_;
  std::string where_, first_;  // first_: the array that told the number of samples
  std::vector<SampleColumn> columns_;
  std::uint64_t count_ = 0;
};

/// Entries [from, to) of a column of bytes lie here.
struct ByteRange {
  std::uint64_t begin = 0, end = 0;
};
ByteRange range_of(const SampleColumn& column, std::uint64_t sample);

/// Reads samples of one column; cheap in order. Not thread-safe.
class SampleReader {
 public:
  /// window_bytes: how much is read at once.
  SampleReader(const SampleTable& table, const SampleColumn& column, std::uint64_t window_bytes);

  /// Bytes of a sample, good until the next call; a line has its line feed.
  std::span<const std::byte> read(std::uint64_t sample);

 private:
  const io::ArraySource& source_;
  const SampleColumn& column_;
  std::uint64_t window_bytes_, last_;
  ByteRange window_;
  std::vector<std::byte> buffer_, line_;
};

/// What tells samples apart: the bytes of all columns but places, each of varying length behind its length.
class SampleKeys {
 public:
  enum class Order { ascending, any };
  /// What of a record of lines tells it apart.
  using OfRecord = std::function<std::string(std::span<const std::byte> record, std::uint64_t sample)>;

  SampleKeys(const SampleTable& table, Order order);
  /// Without columns of labels; `of_record` may be none: all of a record.
  SampleKeys(const SampleTable& table, Order order, OfRecord of_record);
  std::vector<std::byte> key(std::uint64_t sample);

 private:
  void add(const SampleTable& table, const SampleColumn& column, Order order);

  std::vector<SampleReader> readers_;
  std::vector<const SampleColumn*> columns_;  // of the readers
  OfRecord of_record_;
};

}  // namespace daybreak::dataset
