#include "libcore/base/described.h"

#include <cerrno>

#include "tests/support/catch.hpp"

using namespace daybreak;

TEST_CASE("an error gets the place and the hint that it lacks, and keeps what it has") {
  const auto text_of = [](const Error& thrown) {
    try {
      described("a.json", "look again", [&] { throw thrown; });
    } catch (const Error& failure) {
      CHECK(failure.status() == thrown.status());
      return std::string(failure.what());
    }
    return std::string();
  };
  CHECK(text_of(data_error("", "bad")) == "a.json: bad (look again)");
  CHECK(text_of(data_error("b.json", "bad")) == "b.json: bad (look again)");
  CHECK(text_of(data_error("", "bad", "stop")) == "a.json: bad (stop)");
  CHECK(text_of(system_error("open", "b.json", ENOENT)) == "b.json: cannot open: No such file or directory (check the path)");
  CHECK(described("a.json", "look again", [] { return 4; }) == 4);
}
