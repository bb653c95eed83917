#pragma once
// What a part of a dataset says of the whole, as a layout spells it.
#include <string>

#include "libcore/dataset/shard_record.h"
#include "libcore/io/json.h"

namespace daybreak::dataset {

io::Json shard_record_json(const ShardRecord& record);
/// The reverse. Error (data, naming `where`) for a part that cannot be.
ShardRecord parse_shard_record(const io::Json& json, const std::string& where);

}  // namespace daybreak::dataset
