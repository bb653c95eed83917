#pragma once
// How the record of bench reads on a terminal.
#include <string>

#include "libcore/io/json.h"

namespace daybreak::train_shard {

/// record: what does not depend on the formats; rows: one object for each choice of formats.
std::string bench_text(const io::Json& record, const io::Json& rows);

}  // namespace daybreak::train_shard
