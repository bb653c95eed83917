#include "libcore/dataset/record_content.h"

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using dataset::table_row_content;

TEST_CASE("Records of equal values have one content, whatever their order and blanks") {
  const auto content = [](const char* record) { return dataset::record_content(record, {"y", "z"}, "r"); };
  CHECK(content("{\"y\": 1, \"b\": {\"d\": [1, {\"f\": 1, \"e\": 2}], \"c\": 2}, \"a\": \"\\u0041\"}\n") ==
        content(" {\"a\":\"A\",\"b\":{\"c\":2,\"d\":[1,{\"e\":2,\"f\":1}]},\"y\":0,\"z\":5}"));
  CHECK(content("{\"y\": 1}") == "{}");
  CHECK(content("{\"a\": {\"y\": 1}}") != content("{\"a\": {\"y\": 2}}"));  // members of the top level alone are labels
  CHECK(content("{\"a\": [1, 2]}") != content("{\"a\": [2, 1]}"));
  CHECK(content("{\"a\": 9007199254740993}") != content("{\"a\": 9007199254740992}"));
  CHECK(content("{\"a\": null}") != content("{}"));
  CHECK(content("[2, 1]") == "[2,1]");
  CHECK_THROWS_AS(content("{\"a\": 1, \"a\": 2}"), Error);
  CHECK_THROWS_AS(content("{"), Error);
}

TEST_CASE("Rows of a table have one content, whatever their quotes and line ends") {
  const std::string plain = table_row_content("a b,1,c\n", {1});
  CHECK(plain == "3:a b1:c");
  for (const char* other : {"\"a b\",2,c\r\n", "a b,\"1,\n2\",\"c\"", "a b,,c\n\n\r\n"})
    CHECK(table_row_content(other, {1}) == plain);
  CHECK(table_row_content("a,b\n", {}) != table_row_content("\"a,b\"\n", {}));
  CHECK(table_row_content("\"say \"\"a\"\"\",\n", {}) == "7:say \"a\"0:");
  CHECK(table_row_content("x,y\n", {0, 1}).empty());
}
