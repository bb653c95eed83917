#include "libcore/records/record_file.h"

#include "tests/support/catch.hpp"

using namespace daybreak;
using io::Json;

TEST_CASE("a member is taken, or told of with its file and name") {
  const Json record = Json::parse(R"({"step": 3, "name": "a", "files": [1, 2]})", "");
  CHECK(records::member(record, "step", &Json::as_int, "state.json") == 3);
  CHECK(&records::member(record, "files", &Json::as_array, "state.json") == &record.at("files").as_array());
  CHECK_THROWS_WITH(records::member(record, "steps", &Json::as_int, "state.json"),
                    "state.json: the member \"steps\" is missing");
  CHECK_THROWS_WITH(records::member(record, "name", &Json::as_int, "state.json"),
                    "state.json: \"name\": expected an integer of at most 64 bits, found \"a\"");
}
