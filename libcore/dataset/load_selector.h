#pragma once
// The selector's model as a file.
#include <string>

#include "libcore/codecs/selector_model.h"

namespace daybreak::dataset {

/// Error (data, naming the file; io).
codecs::SelectorModel load_selector(const std::string& path);

}  // namespace daybreak::dataset
