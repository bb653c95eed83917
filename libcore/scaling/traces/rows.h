#pragma once
// CSV and JSON Lines alike: rows of named cells.
#include <memory>
#include <string>
#include <vector>

#include "libcore/io/input_file.h"
#include "libcore/scaling/traces/layout.h"

namespace daybreak::scaling {

/// No line of a trace is longer.
inline constexpr std::size_t kLongestLine = std::size_t{1} << 20;

/// Streams the rows of a file, in the memory of one row.
class RowSource {
 public:
  virtual ~RowSource() = default;
  /// Of the header, "column_1", ... where there is none; of JSON Lines the members of the first record that are no arrays
  /// and no objects.
  virtual const std::vector<std::string>& names() const = 0;
  virtual bool has_names() const = 0;
  /// The cells of the next row, one a name, or null at the end. JSON's null and members that are not there read "null" and
  /// "". The pointer is good until the next call.
  virtual const std::vector<std::string>* next() = 0;
  /// "file:line" of that row.
  virtual std::string where() const = 0;
};

/// framing: csv or json_lines. Error (data) where there is no first row or no header.
std::unique_ptr<RowSource> open_rows(const io::InputFile& file, Framing framing);

}  // namespace daybreak::scaling
