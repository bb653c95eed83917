#pragma once
// Documents that the tools hand to each other: one JSON document, or JSON Lines that end in a summary record.
#include <string>
#include <string_view>

#include "libcore/base/described.h"
#include "libcore/io/json.h"

namespace daybreak::records {

/// Parses the text of a record file. A stream of JSON Lines stands for its last record, which must be
/// {"type":"summary",...}: a stream without one was cut, Error (data), unless `partial`, which takes the last whole record.
io::Json parse_record(std::string_view text, const std::string& where, bool partial = false);

/// parse_record() of a file; "-" is stdin.
io::Json read_record(const std::string& path, bool partial = false);

/// Error (data) unless the record's "schema" is `name`/`major` ("daybreak.simulation/1").
void require_schema(const io::Json& record, std::string_view schema, const std::string& where);

/// A record's member, by one of Json's accessors (&io::Json::as_int). Error (data) that names the file, and the member that
/// is missing or is something else.
template <typename Value>
Value member(const io::Json& record, std::string_view key, Value (io::Json::*accessor)() const,
             const std::string& where) {
  const io::Json& value = described(where, {}, [&]() -> const io::Json& { return record.at(key); });
  return described(where + ": \"" + std::string(key) + "\"", {}, [&]() -> Value { return (value.*accessor)(); });
}

/// "name=3.5" or "name=@FILE:/json/pointer": a named number, perhaps out of another tool's record.
struct Assignment {
  std::string name;
  double value = 0;
  std::string source;  // what stood after the equals sign
  std::string file, pointer;  // of the record; "" for a plain number
};
/// The parts of such a text, without its value; reads nothing. Error (usage) for another form.
Assignment split_assignment(const std::string& text);
/// Error (usage) for another form, Error (data) where the pointer leads to no number (the message lists what is there) and for
/// records of another version of the tools.
Assignment parse_assignment(const std::string& text);

}  // namespace daybreak::records
