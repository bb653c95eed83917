#pragma once
// An array of a dataset file as it is stored, as a source for another one.
#include <memory>
#include <vector>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/samples.h"

namespace daybreak::dataset {

/// Elements of the layout's array number `array`, under the name of `info`. Bytes in `lost`, which are whole elements,
/// ascending, are not read: real numbers are NaN there, others 0.
std::unique_ptr<io::ArraySource> archived_array(std::shared_ptr<const Archive> archive, std::size_t array,
                                                io::ArrayInfo info, std::vector<ByteRange> lost = {});

}  // namespace daybreak::dataset
