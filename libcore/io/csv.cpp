#include "libcore/io/csv.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace daybreak::io {
namespace {

constexpr std::size_t kLongestField = std::size_t{1} << 24;  // as a line; else a lost quote would swallow the file

/// What to write instead of a number that people write for people.
std::string number_hint(std::string_view text) {
  if (text.find('%') != std::string::npos) return "write a share such as 0.07, without a percent sign";
  if (text.starts_with('(')) return "write a negative number with a minus sign";
  if (text.find(',') != std::string::npos) return "write 1234.56, without separators of thousands and with a decimal point";
  if (!text.empty() && (text[0] == '$' || static_cast<unsigned char>(text[0]) > 126)) return "write the number without a currency sign";
  if (!text.empty() && text[0] >= '0' && text[0] <= '9' && (text.back() < '0' || text.back() > '9'))
    return "write all digits and nothing else, such as 5000000 for 5 million";
  return "";
}

}  // namespace

bool is_csv_header(const std::vector<std::string>& fields) {
  return std::none_of(fields.begin(), fields.end(), [](const std::string& field) { return try_parse_real(field).has_value(); });
}

CsvReader::CsvReader(const InputFile& file, std::size_t longest_line) : lines_(file, longest_line), name_(file.name()) {}

std::string CsvReader::where() const {
  return name_ + ":" + std::to_string(first_line_);
}

void CsvReader::parse_field(std::string& line, std::size_t& at) {
  std::string field;
  if (at >= line.size() || line[at] != '"') {
    const std::size_t end = std::min(line.find(',', at), line.size());
    field = line.substr(at, end - at);
    if (field.find('"') != std::string::npos)
      throw data_error(where(), "a quote stands inside a field that does not begin with one", "double it and quote the field");
    at = end;
  } else {
    for (++at;;) {
      const std::size_t quote = line.find('"', at);
      if (quote == std::string::npos) {  // the field goes on after the line end
        field += line.substr(at) + "\n";
        auto more = lines_.next();
        if (!more || field.size() > kLongestField) throw data_error(where(), "a quoted field has no closing quote");
        line = std::move(*more);
        at = 0;
        continue;
      }
      field += line.substr(at, quote - at);
      at = quote + 1;
      if (at >= line.size() || line[at] != '"') break;
      field += '"';
      ++at;
    }
    if (at < line.size() && line[at] != ',') throw data_error(where(), "text follows a closing quote");
  }
  fields_.push_back(std::move(field));
}

const std::vector<std::string>* CsvReader::next() {
  auto line = lines_.next();
  while (line && line->empty()) line = lines_.next();
  if (!line) return nullptr;
  first_line_ = lines_.number();
  offset_ = lines_.offset();
  fields_.clear();
  for (std::size_t at = 0;; ++at) {
    parse_field(*line, at);
    if (at >= line->size()) break;
  }
  if (!width_) width_ = fields_.size();
  if (fields_.size() != *width_)
    throw data_error(where(), "expected " + std::to_string(*width_) + " fields as in the first record, found " +
                                  std::to_string(fields_.size()));
  return &fields_;
}

std::vector<std::string> csv_fields(std::string_view record) {
  while (record.ends_with('\n') || record.ends_with('\r')) record.remove_suffix(1);
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t at = 0; at < record.size(); ++at) {
    const char one = record[at];
    if (one == '"' && quoted && at + 1 < record.size() && record[at + 1] == '"')
      fields.back() += record[++at];
    else if (one == '"')
      quoted = !quoted;
    else if (one == ',' && !quoted)
      fields.emplace_back();
    else if (one != '\r' || !record.substr(at).starts_with("\r\n"))  // a line end within quotes is a line feed
      fields.back() += one;
  }
  return fields;
}

std::vector<std::string> csv_column_names(const std::vector<std::string>& first, bool has_header) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < first.size(); ++i)
    names.push_back(has_header && !first[i].empty() ? first[i] : "column_" + std::to_string(i + 1));
  return names;
}

std::string quoted_field(std::string_view field) {
  constexpr std::size_t kShown = 40;
  return "'" + std::string(field.substr(0, kShown)) + (field.size() > kShown ? "...'" : "'");
}

double csv_number(std::string_view field, const std::string& where, std::string_view column) {
  if (const auto value = try_parse_real(field)) return *value;
  throw data_error(where, std::string(column) + ": expected a finite number, found " + quoted_field(field), number_hint(field));
}

std::optional<std::size_t> CsvTable::column(std::string_view wanted) const {
  const auto found = std::find(header.begin(), header.end(), wanted);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

std::string CsvTable::where(std::size_t row) const {
  return name + ":" + std::to_string(lines[row]);
}

double CsvTable::number(std::size_t row, std::size_t column) const {
  return csv_number(rows[row][column], where(row), header[column]);
}

CsvTable read_csv(const InputFile& file) {
  CsvTable table;
  table.name = file.name();
  CsvReader reader(file);
  const std::vector<std::string>* record = reader.next();
  if (record == nullptr) throw data_error(table.name, "the file has no records");
  table.has_header = is_csv_header(*record);
  for (std::size_t i = 0; i < record->size(); ++i)
    table.header.push_back(table.has_header ? (*record)[i] : "column_" + std::to_string(i + 1));
  if (table.has_header) record = reader.next();
  for (; record != nullptr; record = reader.next()) {
    table.rows.push_back(*record);
    table.lines.push_back(reader.line());
  }
  return table;
}

}  // namespace daybreak::io
