// A record that stands alone has the fields that it has in its file, whatever its quotes and line ends.
#include <rapidcheck.h>

#include "libcore/base/error.h"
#include "libcore/io/csv.h"
#include "tests/unit/io/support.h"

using namespace daybreak;
using namespace daybreak::io;

namespace {

struct Records {
  std::vector<std::vector<std::string>> fields;
  std::vector<std::uint64_t> begins;
};

/// What CsvReader makes of a file; nothing where it refuses it.
std::optional<Records> records_of(const std::string& path) {
  Records records;
  const InputFile file(path);
  try {
    CsvReader reader(file);
    while (const std::vector<std::string>* next = reader.next()) {
      records.fields.push_back(*next);
      records.begins.push_back(reader.offset());
    }
  } catch (const Error&) {
    return std::nullopt;
  }
  records.begins.push_back(file.size());
  return records;
}

}  // namespace

TEST_CASE("the fields of a record alone are those that it has in its file") {
  const test::ScratchFolder folder;
  int compared = 0;
  CHECK(rc::check([&] {
    const auto field = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab \"\n\r,,1")));
    const auto columns = static_cast<std::size_t>(*rc::gen::inRange(1, 4));
    std::string text;
    for (int row = *rc::gen::inRange(1, 6); row > 0; --row) {
      for (std::size_t i = 0; i < columns; ++i) {
        std::string one = *field;
        const bool quoted = one.find_first_of("\",\n\r") != std::string::npos || *rc::gen::arbitrary<bool>();
        for (std::size_t at = 0; quoted && (at = one.find('"', at)) != std::string::npos; at += 2)
          one.insert(at, 1, '"');
        text += (i == 0 ? "" : ",") + (quoted ? '"' + one + '"' : one);
      }
      text += *rc::gen::element(std::string("\n"), std::string("\r\n"), std::string("\n\n"), std::string("\r\n\n"));
    }
    if (*rc::gen::arbitrary<bool>()) text.pop_back();
    const auto records = records_of(folder.file("x.csv", text));
    if (!records) return;
    for (std::size_t i = 0; i < records->fields.size(); ++i, ++compared) {
      const std::uint64_t begin = records->begins[i], end = records->begins[i + 1];
      RC_ASSERT(csv_fields(std::string_view(text).substr(begin, end - begin)) == records->fields[i]);
    }
  }));
  CHECK(compared > 100);
}
