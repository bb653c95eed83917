#include "libcore/base/parse.h"

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using namespace daybreak;

TEST_CASE("sizes have binary and decimal units") {
  CHECK(parse_bytes("4096") == 4096);
  CHECK(parse_bytes("64KiB") == 65536);
  CHECK(parse_bytes("2GB") == 2000000000);
  CHECK(parse_bytes("1.5KiB") == 1536);
  for (const char* bad : {"", "KiB", "-1KiB", "1.3B", "1e30TiB", "64 KiB", "64kib", "nan", "infGB"})
    CHECK_THROWS_AS(parse_bytes(bad), Error);
}

TEST_CASE("durations need their unit") {
  CHECK(parse_duration("90s") == 90);
  CHECK(parse_duration("2h") == 7200);
  CHECK(parse_duration("250ms") == 0.25);
  CHECK(parse_duration("2us") == 2e-6);
  for (const char* bad : {"", "90", "s", "-1s", "1y", "1 s", "nans"}) CHECK_THROWS_AS(parse_duration(bad), Error);
}

TEST_CASE("integers are decimal and fit") {
  CHECK(parse_integer("-7") == -7);
  CHECK(parse_count("0") == 0);
  for (const char* bad : {"", "-", "010", "0x10", "1e3", "99999999999999999999", "+1", " 1", "1 "})
    CHECK_THROWS_AS(parse_integer(bad), Error);
  CHECK_THROWS_AS(parse_count("-1"), Error);
}

TEST_CASE("reals are finite and whole") {
  CHECK(parse_real("1e-3") == 1e-3);
  for (const char* bad : {"", "nan", "inf", "-inf", "1e999", "1.5x", "0x1p3", "1,5"}) CHECK_THROWS_AS(parse_real(bad), Error);
}

TEST_CASE("shares are a fraction or a percentage") {
  CHECK(parse_share("0.85") == 0.85);
  CHECK(parse_share("85%") == 0.85);
  for (const char* bad : {"", "1.1", "-0.1", "101%", "%"}) CHECK_THROWS_AS(parse_share(bad), Error);
}
