#pragma once
// Comma-separated values (RFC 4180): quotes, commas and line ends inside quotes, byte order mark, CRLF.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/io/line_reader.h"

namespace daybreak::io {

/// Streams the records of a CSV file. All have as many fields as the first, or Error (data) with the line. Empty lines
/// are skipped. A quoted field has at most 16 MiB, a line at most `longest_line` bytes.
class CsvReader {
 public:
  explicit CsvReader(const InputFile& file, std::size_t longest_line = std::size_t{1} << 24);

  /// The next record, or nothing at the end. The reference is good until the next call.
  const std::vector<std::string>* next();
  /// "file:line" of the record that next() gave last.
  std::string where() const;
  /// The line on which that record began, from 1.
  std::uint64_t line() const { return first_line_; }
  /// The byte of the file at which that record began.
  std::uint64_t offset() const { return offset_; }

 private:
  void parse_field(std::string& line, std::size_t& at);

  LineReader lines_;
  std::string name_;
  std::uint64_t first_line_ = 0, offset_ = 0;
  std::optional<std::size_t> width_;
  std::vector<std::string> fields_;
};

/// The fields of one record that stands alone, of a file that CsvReader takes: with its quotes, and with the line ends
/// behind it, of which there are several where empty lines follow, or none.
std::vector<std::string> csv_fields(std::string_view record);
/// Names of the columns: of the first record where that is a header, with "column_3" where it says nothing.
std::vector<std::string> csv_column_names(const std::vector<std::string>& first, bool has_header);

/// True where a first record is taken for a header: none of its fields is a number.
bool is_csv_header(const std::vector<std::string>& fields);

/// A field as messages show it: in quotes, and of a long one the first 40 bytes.
std::string quoted_field(std::string_view field);
/// A finite number, or Error (data) that names the place and the column.
double csv_number(std::string_view field, const std::string& where, std::string_view column);

/// A whole file in memory, by column. The first record is the header where none of its fields is a number.
struct CsvTable {
  std::string name;
  std::vector<std::string> header;  // "column_1", ... where the file has none
  bool has_header = false;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::uint64_t> lines;  // where each row began

  /// The column of that name; nothing where there is none.
  std::optional<std::size_t> column(std::string_view wanted) const;
  /// "file:line" of a row.
  std::string where(std::size_t row) const;
  /// A finite number, or Error (data) that names the line and the column.
  double number(std::size_t row, std::size_t column) const;
};

/// Errors as CsvReader's.
CsvTable read_csv(const InputFile& file);

}  // namespace daybreak::io
