#pragma once
// Columns of numbers out of text, gathered row by row and kept in a temporary file.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/io/array.h"
#include "libcore/io/scratch_file.h"

namespace daybreak::io {

/// What stands in one field.
struct NumericCell {
  enum class Kind { integer, real, overflow, other };
  Kind kind = Kind::other;
  std::int64_t integer = 0;
  double real = 0;  // also of an integer
};

/// Reads a field as pandas does: blanks around it are ignored, an empty field and NA, NaN, NULL, None and the like are
/// NaN, "inf" and "infinity" in any case are infinite. A number beyond a double is overflow, anything else is other.
NumericCell parse_cell(std::string_view text);
/// NaN, as a field that is not there.
NumericCell missing_cell();

/// Gathers rows of cells. In the end every column is I64 where all its values are integers, else F64. Memory: about 16 MiB.
class NumericColumns {
 public:
  /// tolerant: columns that hold other text are left out in the end; else they are an error at once.
  /// At most 65536 columns.
  NumericColumns(std::vector<std::string> names, bool tolerant, std::string file);

  std::size_t size() const { return columns_.size(); }
  const std::string& name(std::size_t column) const { return columns_[column].name; }
  /// True where any row gave the column a value.
  bool was_set(std::size_t column) const { return columns_[column].was_set; }
  /// The value of a column in the row under way; Error (data) with `where`, the column and `text` as found.
  void set(std::size_t column, const NumericCell& cell, const std::string& where, std::string_view text);
  /// Ends the row; columns that were not set hold NaN in it.
  void end_row();
  /// The arrays, named as the columns, in their order. Error (data) for a number beyond a double in a column that is
  /// numeric otherwise.
  std::vector<std::unique_ptr<ArraySource>> finish();

 private:
  struct Column {
    std::string name;
    bool integers = true, numbers = true, was_set = false;
    std::string overflow_where;  // of the first number beyond a double
  };
  void reset_row();
  void flush_group();

  std::vector<Column> columns_;
  bool tolerant_;
  std::string file_;
  std::uint64_t rows_ = 0;
  std::size_t group_rows_, row_in_group_ = 0;
  std::vector<NumericCell> row_;
  // A group of rows: for every column its integers, then its reals, group_rows_ each.
  std::vector<std::int64_t> integers_;
  std::vector<double> reals_;
  ScratchWriter spool_;
};

}  // namespace daybreak::io
