// Lists of nodes in Slurm's notation; the tables are what Debian's scontrol 22.05 says ("show hostnames", "show hostlist").
#include <random>

#include "libcore/base/error.h"
#include "libcore/scaling/engines/hostlist.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::scaling;

namespace {

using Names = std::vector<std::string>;

Names parsed(const std::string& text) {
  return parse_hostlist(text, "test");
}

}  // namespace

TEST_CASE("lists of nodes are read as Slurm reads them") {
  CHECK(parsed("cloud[1-3,7-8]") == Names{"cloud1", "cloud2", "cloud3", "cloud7", "cloud8"});
  CHECK(parsed("n[001-003,5]") == Names{"n001", "n002", "n003", "n5"});
  CHECK(parsed("n[9-11]") == Names{"n9", "n10", "n11"});
  CHECK(parsed("n[09-11]") == Names{"n09", "n10", "n11"});
  CHECK(parsed("login,gpu[1-2]") == Names{"login", "gpu1", "gpu2"});
  CHECK(parsed("r[1-2]n[1-2]") == Names{"r1n1", "r1n2", "r2n1", "r2n2"});
  CHECK(parsed("a[1]-ib") == Names{"a1-ib"});
  CHECK(parsed("n[1-1000000]").size() == 1'000'000);
}

TEST_CASE("lists of nodes that are none are refused with the place") {
  for (const char* text : {"",
                           ",",
                           "a,",
                           "a[",
                           "a[]",
                           "a[1",
                           "a[1-]",
                           "a[1-2",
                           "a[[1]]",
                           "a[x]",
                           "a]",
                           "a[3-1]",
                           "a b",
                           "a;rm",
                           "$(x)",
                           "`x`",
                           "a/b",
                           "-x",
                           "n[1-1000001]",
                           "n[0-99999999999999999999]",
                           "r[1-2000]n[1-2000]",
                           "a\nb"})
    CHECK_THROWS_AS(parsed(text), Error);
  CHECK_THROWS_WITH(parsed("a[1;2]"), Catch::Contains("test: list of nodes, character 4: expected ',', found ';2]'"));
}

TEST_CASE("lists of nodes are written short and read back") {
  const auto written = [](const Names& names) { return format_hostlist(names); };
  CHECK(written({"cloud1", "cloud2", "cloud3", "cloud7"}) == "cloud[1-3,7]");
  CHECK(written({"n001", "n002", "n5"}) == "n[001-002,5]");
  CHECK(written({"n9", "n10"}) == "n[9-10]");
  CHECK(written({"n09", "n10", "n011"}) == "n[09-10,011]");
  CHECK(written({"login"}) == "login");
  CHECK(written({"login", "gpu1", "x"}) == "login,gpu1,x");
  CHECK(written({}).empty());
  std::mt19937_64 random(9);
  for (int round = 0; round < 500; ++round) {
    Names names;
    for (std::size_t i = random() % 20 + 1; i > 0; --i) {
      const std::string digits = std::to_string(random() % 30);
      names.push_back((random() % 2 ? "a" : "b-1.") + std::string(random() % 3, '0') + digits);
    }
    CHECK(parsed(written(names)) == names);
  }
}
