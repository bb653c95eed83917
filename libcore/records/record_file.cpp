#include "libcore/records/record_file.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/io/input_file.h"

namespace daybreak::records {
namespace {

/// True where the first line is a whole document and another follows: JSON Lines.
bool is_stream(std::string_view text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos || text.find_first_not_of(" \t\r\n", end) == std::string_view::npos) return false;
  try {
    io::Json::parse(text.substr(0, end), "");
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::string members_of(const io::Json& value) {
  if (value.is_array()) return std::to_string(value.size()) + " elements";
  if (!value.is_object()) return "a " + std::string(value.type_name());
  std::string names;
  for (const auto& [key, member] : value.as_object()) names += (names.empty() ? "" : " ") + key;
  return "the members " + names;
}

/// The deepest place of the pointer that exists, for a message about the rest.
std::string what_is_there(const io::Json& record, std::string pointer) {
  while (record.pointer(pointer) == nullptr && !pointer.empty()) pointer.resize(std::min(pointer.rfind('/'), pointer.size()));
  return (pointer.empty() ? "the record" : pointer) + " has " + members_of(*record.pointer(pointer));
}

/// Records of ours are all of the first major version; another one may mean something else by the same name.
void refuse_other_version(const io::Json& record, const std::string& file) {
  const io::Json* schema = record.find("schema");
  if (schema == nullptr || !schema->is_string() || !schema->as_string().starts_with("daybreak.")) return;
  if (!schema->as_string().ends_with("/1"))
    throw data_error(file, "the record is of schema " + schema->as_string() + ", of another version of these tools",
                     "write it anew with this version");
}

double number_at(const std::string& file, const std::string& pointer) {
  const io::Json record = read_record(file);
  refuse_other_version(record, file);
  const io::Json* value = record.pointer(pointer);
  if (value == nullptr) throw data_error(file, "nothing is at " + pointer + "; " + what_is_there(record, pointer));
  if (!value->is_number()) throw data_error(file, pointer + " is a " + std::string(value->type_name()) + ", expected a number");
  return value->as_double();
}

}  // namespace

io::Json parse_record(std::string_view text, const std::string& where, bool partial) {
  if (!is_stream(text)) {
    io::Json record = io::Json::parse(text, where);
    const io::Json* type = record.find("type");
    if (type == nullptr || *type == io::Json("summary") || partial) return record;
    throw data_error(where, "the stream was cut: it has no summary record", "run the tool that wrote it to its end");
  }
  io::Json last;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const bool whole = end < text.size();
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (!whole && partial) break;
    last = io::Json::parse(line, where + ":" + std::to_string(number));
  }
  const io::Json* type = last.find("type");
  if (!partial && (type == nullptr || *type != io::Json("summary")))
    throw data_error(where, "the stream was cut: it has no summary record", "run the tool that wrote it to its end");
  return last;
}

io::Json read_record(const std::string& path, bool partial) {
  const io::InputFile file(path);
  return parse_record(file.text_at(0, file.size()), file.name(), partial);
}

void require_schema(const io::Json& record, std::string_view schema, const std::string& where) {
  const io::Json* found = record.find("schema");
  if (found != nullptr && *found == io::Json(schema)) return;
  throw data_error(where, "expected a record of schema " + std::string(schema) + ", found " +
                              (found == nullptr ? "none" : found->dump()));
}

Assignment split_assignment(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string::npos)
    throw usage_error("expected NAME=NUMBER or NAME=@FILE:/json/pointer, found '" + text + "'");
  Assignment result{text.substr(0, equals), 0, text.substr(equals + 1), {}, {}};
  if (!result.source.starts_with('@')) return result;
  // A path may contain colons: the pointer begins at the last ":/".
  const auto colon = result.source.rfind(":/");
  if (colon == std::string::npos || colon < 2)
    throw usage_error("expected @FILE:/json/pointer, found '" + result.source + "'");
  result.file = result.source.substr(1, colon - 1);
  result.pointer = result.source.substr(colon + 1);
  return result;
}

Assignment parse_assignment(const std::string& text) {
  Assignment result = split_assignment(text);
  result.value = result.file.empty() ? parse_real(result.source) : number_at(result.file, result.pointer);
  return result;
}

}  // namespace daybreak::records
