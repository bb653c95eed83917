#include "libcore/dataset/record_content.h"

#include <algorithm>

#include "libcore/io/csv.h"
#include "libcore/io/json.h"

namespace daybreak::dataset {
namespace {

/// The parser bounds the depth.
io::Json in_order_of_keys(const io::Json& value) {
  if (value.is_array()) {
    io::Json list = io::Json::array();
    for (const io::Json& element : value.as_array()) list.push_back(in_order_of_keys(element));
    return list;
  }
  if (!value.is_object()) return value;
  io::Json::Object members;
  for (const auto& [key, member] : value.as_object()) members.emplace_back(key, in_order_of_keys(member));
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return io::Json(std::move(members));
}

void add_strings(const io::Json& value, std::string& strings) {
  if (value.is_string()) strings += (strings.empty() ? "" : "\n") + value.as_string();
  if (value.is_array())
    for (const io::Json& element : value.as_array()) add_strings(element, strings);
  if (value.is_object())
    for (const auto& [key, member] : value.as_object()) add_strings(member, strings);
}

}  // namespace

std::string record_content(std::string_view record, const std::vector<std::string>& without, const std::string& where) {
  io::Json parsed = io::Json::parse(record, where);
  if (!parsed.is_object()) return in_order_of_keys(parsed).dump();
  io::Json::Object rest = parsed.as_object();
  std::erase_if(rest, [&](const io::Json::Member& member) {
    return std::find(without.begin(), without.end(), member.first) != without.end();
  });
  return in_order_of_keys(io::Json(std::move(rest))).dump();
}

std::string table_row_content(std::string_view record, const std::vector<std::size_t>& without) {
  std::string content;
  const std::vector<std::string> fields = io::csv_fields(record);
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (std::find(without.begin(), without.end(), i) == without.end())
      content += std::to_string(fields[i].size()) + ":" + fields[i];
  return content;
}

std::string record_strings(std::string_view record, const std::string& where) {
  std::string strings;
  add_strings(io::Json::parse(record, where), strings);
  return strings;
}

}  // namespace daybreak::dataset
