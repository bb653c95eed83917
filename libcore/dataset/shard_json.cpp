#include "libcore/dataset/shard_json.h"

#include <array>
#include <string_view>

#include "libcore/dataset/layout_pieces.h"
#include "libcore/dataset/shard.h"

namespace daybreak::dataset {
namespace {

constexpr std::array<std::string_view, 3> kDivisions{"rows", "offsets", "whole"};  // in the order of Division

Division parse_division(const std::string& name, const std::string& where) {
  for (std::size_t i = 0; i < kDivisions.size(); ++i)
    if (name == kDivisions[i]) return static_cast<Division>(i);
  throw_damaged_layout(where, "its arrays are divided in an unknown way");
}

}  // namespace

io::Json shard_record_json(const ShardRecord& record) {
  io::Json out, arrays = io::Json::array();
  out["index"] = record.shard.index;
  out["count"] = record.shard.count;
  out["fingerprint"] = record.fingerprint;
  for (const ShardArray& array : record.arrays) {
    io::Json one;
    one["division"] = kDivisions[static_cast<std::size_t>(array.division)];
    one["rows"] = array.rows;
    one["first"] = array.first;
    arrays.push_back(std::move(one));
  }
  out["arrays"] = std::move(arrays);
  return out;
}

ShardRecord parse_shard_record(const io::Json& json, const std::string& where) {
  ShardRecord record;
  record.shard = {json.at("index").as_uint(), json.at("count").as_uint()};
  if (record.shard.index < 1 || record.shard.index > record.shard.count || record.shard.count > kMostShards)
    throw_damaged_layout(where, "it is no part of " + std::to_string(record.shard.count));
  record.fingerprint = json.at("fingerprint").as_string();
  for (const io::Json& one : json.at("arrays").as_array())
    record.arrays.push_back({parse_division(one.at("division").as_string(), where), one.at("rows").as_uint(),
                             one.at("first").as_uint()});
  return record;
}

}  // namespace daybreak::dataset
