#include "libcore/io/text_records.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/io/csv.h"
#include "libcore/io/file_array.h"
#include "libcore/io/json.h"
#include "libcore/io/line_reader.h"
#include "libcore/io/numeric_columns.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/scratch_file.h"
#include "libcore/io/stretches.h"

namespace daybreak::io {
namespace {

bool wants_all(const ReadOptions& options) {
  return std::find(options.columns.begin(), options.columns.end(), "all") != options.columns.end();
}

ArrayFile assemble(const std::shared_ptr<const InputFile>& file, std::string format, ScratchWriter& offsets,
                   std::vector<std::unique_ptr<ArraySource>> columns, bool has_header = false) {
  ArrayFile result;
  result.name = file->name();
  result.format = std::move(format);
  result.pieces = {{"", 0}};
  const std::uint64_t size = file->size();
  offsets.append_number(static_cast<std::int64_t>(size));
  const std::uint64_t count = offsets.size() / sizeof(std::int64_t);
  result.arrays.push_back(file_array(file, {"text", DType::u8, {size}}));
  result.arrays.push_back(file_array(offsets.finish(file->name()), {"line_offsets", DType::i64, {count}}));
  for (auto& column : columns) result.arrays.push_back(std::move(column));
  result.attributes.push_back(text_attribute("text", kOffsets, "line_offsets"));
  if (has_header) result.attributes.push_back(integer_attribute("text", kHeaderRecords, 1));
  return result;
}

/// Which fields of a record are wanted, in the order of the options.
std::vector<std::size_t> wanted_fields(const std::vector<std::string>& names, const ReadOptions& options, const std::string& file) {
  std::vector<std::size_t> fields;
  if (wants_all(options)) {
    for (std::size_t i = 0; i < names.size(); ++i) fields.push_back(i);
    return fields;
  }
  for (const std::string& wanted : options.columns) {
    const auto found = std::find(names.begin(), names.end(), wanted);
    if (found == names.end())
      throw data_error(file, "there is no column \"" + wanted + "\"", "it has " + joined(names).substr(0, 400));
    fields.push_back(static_cast<std::size_t>(found - names.begin()));
  }
  return fields;
}

NumericCell cell_of(const Json& value) {
  if (value.is_null()) return missing_cell();
  if (!value.is_number()) return {};
  const double real = value.as_double();
  const bool fits = value.is_integer() && (real < 0 || value.as_uint() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()});
  return fits ? NumericCell{NumericCell::Kind::integer, value.as_int(), real} : NumericCell{NumericCell::Kind::real, 0, real};
}

/// The members of a JSON record, of which only those at the top are columns.
void take_members(const Json& record, const std::map<std::string, std::size_t, std::less<>>& index, NumericColumns& columns,
                  const std::string& where) {
  if (columns.size() == 0) return;
  if (!record.is_object()) throw data_error(where, "expected an object, found " + std::string(record.type_name()));
  for (const auto& [key, value] : record.as_object()) {
    const auto column = index.find(key);
    if (column == index.end()) continue;
    columns.set(column->second, cell_of(value), where, value.is_number() ? "" : value.dump());
  }
}

bool is_blank(const std::string& line) {
  return line.find_first_not_of(" \t") == std::string::npos;
}

}  // namespace

ArrayFile open_csv(const std::shared_ptr<const InputFile>& file, const ReadOptions& options) {
  CsvReader reader(*file);
  ScratchWriter offsets;
  std::vector<std::unique_ptr<ArraySource>> arrays;
  bool has_header = false;
  if (const std::vector<std::string>* record = reader.next()) {
    has_header = is_csv_header(*record);
    const std::vector<std::string> names = csv_column_names(*record, has_header);
    const std::vector<std::size_t> fields = wanted_fields(names, options, file->name());
    std::vector<std::string> wanted;
    for (const std::size_t field : fields) wanted.push_back(names[field]);
    NumericColumns columns(std::move(wanted), wants_all(options), file->name());
    for (bool header = has_header; record != nullptr; record = reader.next(), header = false) {
      offsets.append_number(static_cast<std::int64_t>(reader.offset()));
      if (header || fields.empty()) continue;
      const std::string where = reader.where();
      for (std::size_t i = 0; i < fields.size(); ++i) columns.set(i, parse_cell((*record)[fields[i]]), where, (*record)[fields[i]]);
      columns.end_row();
    }
    arrays = columns.finish();
  } else if (!options.columns.empty()) {
    throw data_error(file->name(), "the file has no records, but columns are wanted");
  }
  return assemble(file, "csv", offsets, std::move(arrays), has_header);
}

ArrayFile open_jsonl(const std::shared_ptr<const InputFile>& file, const ReadOptions& options) {
  LineReader lines(*file);
  ScratchWriter offsets;
  std::optional<NumericColumns> columns;
  std::map<std::string, std::size_t, std::less<>> index;
  while (const auto line = lines.next()) {
    if (is_blank(*line)) continue;
    offsets.append_number(static_cast<std::int64_t>(lines.offset()));
    const std::string where = lines.where();
    const Json record = Json::parse(*line, where);
    if (!columns) {
      std::vector<std::string> names = options.columns;
      if (wants_all(options)) {
        names.clear();
        if (record.is_object())
          for (const auto& member : record.as_object()) names.push_back(member.first);
      }
      for (std::size_t i = 0; i < names.size(); ++i) index.emplace(names[i], i);
      columns.emplace(std::move(names), wants_all(options), file->name());
    }
    take_members(record, index, *columns, where);
    columns->end_row();
  }
  if (!columns && !options.columns.empty()) throw data_error(file->name(), "the file has no records, but columns are wanted");
  for (std::size_t i = 0; columns && i < columns->size(); ++i)
    if (!columns->was_set(i)) throw data_error(file->name(), "no record has the member \"" + columns->name(i) + "\"", "check --columns");
  return assemble(file, "jsonl", offsets, columns ? columns->finish() : std::vector<std::unique_ptr<ArraySource>>{});
}

}  // namespace daybreak::io
