#include "libcore/io/json.h"

#include <limits>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using daybreak::Error;
using daybreak::io::Json;

TEST_CASE("JSON keeps order, all 64 bits and the shortest numbers") {
  const char* text = R"({"z":1,"a":[18446744073709551615,-9223372036854775808,0.1,1e300],"s":"\u00e4\n\"","n":null,"t":true})";
  const Json value = Json::parse(text, "test");
  CHECK(value.dump() == "{\"z\":1,\"a\":[18446744073709551615,-9223372036854775808,0.1,1e+300],\"s\":\"ä\\n\\\"\",\"n\":null,\"t\":true}");
  CHECK(Json::parse(value.dump(2), "test") == value);
}

TEST_CASE("JSON pointers follow RFC 6901") {
  const Json value = Json::parse(R"({"a/b":{"m~n":[1,2,{"x":3}]},"":4})", "test");
  CHECK(value.pointer("/a~1b/m~0n/2/x")->as_int() == 3);
  CHECK(value.pointer("")->is_object());
  CHECK(value.pointer("/")->as_int() == 4);
  for (const char* nothing : {"/a", "/a~1b/m~0n/3", "/a~1b/m~0n/01", "/a~1b/m~0n/-1", "x"})
    CHECK(value.pointer(nothing) == nullptr);
}

TEST_CASE("malformed JSON is refused with its place") {
  for (const char* bad : {"", "{", "[1,]", "{\"a\":1,\"a\":2}", "nan", "01", "\"\xff\"", "1 2", "[1e999]", "{'a':1}"})
    CHECK_THROWS_AS(Json::parse(bad, "test"), Error);
  CHECK_THROWS_AS(Json::parse(std::string(100000, '['), "test"), Error);
}

TEST_CASE("JSON has no NaN: it becomes null") {
  CHECK(Json(std::numeric_limits<double>::quiet_NaN()).dump() == "null");
  CHECK(Json(std::numeric_limits<double>::infinity()).is_null());
}

TEST_CASE("typed access says what was expected") {
  const Json value = Json::parse(R"({"n":3.5,"s":"x"})", "test");
  CHECK(value.at("n").as_double() == 3.5);
  CHECK_THROWS_WITH(value.at("n").as_int(), Catch::Contains("expected an integer"));
  CHECK_THROWS_WITH(value.at("q"), Catch::Contains("\"q\" is missing"));
}
