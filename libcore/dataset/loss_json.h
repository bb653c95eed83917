#pragma once
// What an array lost, as a layout spells it.
#include "libcore/dataset/integrity.h"
#include "libcore/io/json.h"

namespace daybreak::dataset {

io::Json loss_json(const ArrayIntegrity& loss);
/// The reverse. Errors: Error (data).
ArrayIntegrity parse_loss(const io::Json& json);

}  // namespace daybreak::dataset
