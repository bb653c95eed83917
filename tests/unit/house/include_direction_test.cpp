// The house has floors, and whoever includes, includes downward. This reads every #include of the tree.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace fs = std::filesystem;
namespace {

// Who stands on which floor. A room may include itself and lower floors.
const std::map<std::string, int> kFloors{
    {"kernels/common", 0}, {"libcore/base", 1},    {"libcore/codecs", 1},    {"libcore/io", 2},
    {"libcore/records", 3}, {"libcore/text", 3},   {"kernels/interface", 3}, {"libcore/dataset", 4},
    {"libcore/device", 4}, {"libcore/scaling", 4}, {"libcore/finance", 4},   {"libcore/model", 5},
    {"libcore/precision", 6}, {"libcore/training", 7}, {"tools", 8}};

// Rooms that may see less than the floors below them. Chips see the interface and the shared headers alone.
const std::set<std::string> kChipMaySee{"kernels/interface", "kernels/common", "kernels/chip", "kernels/host"};
const std::map<std::string, std::set<std::string>> kMaySee{
    {"libcore/scaling", {"libcore/records", "libcore/io", "libcore/base"}},
    {"libcore/finance", {"libcore/records", "libcore/io", "libcore/base"}},
    {"libcore/codecs", {"kernels/common"}},
    {"kernels/interface", {}},
    {"kernels/common", {}},
    {"tools/frame", {"libcore/base", "libcore/io"}}};

/// "libcore/io/json.h" -> "libcore/io"; the chip interface itself stands apart from the chips' folders.
std::string room_of(const std::string& path) {
  if (path == "kernels/device.h") return "kernels/interface";
  if (path.starts_with("tools/") && !path.starts_with("tools/frame/")) return "tools";
  const auto second = path.find('/', path.find('/') + 1);
  return second == std::string::npos ? path.substr(0, path.find('/')) : path.substr(0, second);
}

bool is_chip(const std::string& room) {
  return room.starts_with("kernels/") && room != "kernels/interface" && room != "kernels/common";
}

bool may_include(const std::string& from, const std::string& to) {
  if (from == to) return true;
  if (is_chip(from)) return kChipMaySee.contains(to);
  if (is_chip(to)) return false;
  if (const auto special = kMaySee.find(from); special != kMaySee.end()) return special->second.contains(to);
  if (from == "tools") return true;
  const auto above = kFloors.find(from), below = kFloors.find(to);
  return above != kFloors.end() && below != kFloors.end() && above->second > below->second;
}

struct Edge {
  std::string file, from, to;
};

std::vector<Edge> edges_of_the_tree() {
  static const std::regex include(R"(^\s*#\s*include\s*\"((?:libcore|kernels|tools|tests)/[^\"]+)\")");
  std::vector<Edge> edges;
  for (const char* top : {"libcore", "kernels", "tools"})
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(DAYBREAK_SOURCE_DIR) / top)) {
      const std::string extension = entry.path().extension();
      if (extension != ".h" && extension != ".cpp" && extension != ".hpp" && extension != ".cu" && extension != ".cuh") continue;
      const std::string file = fs::relative(entry.path(), DAYBREAK_SOURCE_DIR);
      std::ifstream text(entry.path());
      std::smatch match;
      for (std::string line; std::getline(text, line);)
        if (std::regex_search(line, match, include)) edges.push_back({file, room_of(file), room_of(match[1])});
    }
  return edges;
}

}  // namespace

TEST_CASE("includes run strictly downward by floor") {
  const auto edges = edges_of_the_tree();
  REQUIRE(edges.size() > 20);
  for (const Edge& edge : edges) {
    INFO(edge.file << " includes " << edge.to << " from " << edge.from);
    CHECK(may_include(edge.from, edge.to));
  }
}

TEST_CASE("the rule itself knows up from down") {
  CHECK(may_include("libcore/io", "libcore/base"));
  CHECK_FALSE(may_include("libcore/base", "libcore/io"));
  CHECK_FALSE(may_include("libcore/records", "libcore/text"));
  CHECK_FALSE(may_include("libcore/scaling", "libcore/text"));
  CHECK_FALSE(may_include("kernels/cpu", "libcore/base"));
  CHECK_FALSE(may_include("libcore/model", "kernels/cpu"));
  CHECK_FALSE(may_include("libcore/base", "tools"));
  CHECK_FALSE(may_include("tools/frame", "libcore/dataset"));
}

TEST_CASE("mains stay a table of verbs: under 100 lines") {
  for (const auto& entry : fs::directory_iterator(fs::path(DAYBREAK_SOURCE_DIR) / "tools")) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream text(entry.path());
    INFO(entry.path().filename().string());
    CHECK(std::count(std::istreambuf_iterator<char>(text), {}, '\n') < 100);
  }
}
