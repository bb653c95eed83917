#include "libcore/dataset/record_content.h"

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using namespace daybreak;

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
