#pragma once
// What compress does to samples before it keeps them.
#include "libcore/base/options.h"

namespace daybreak::compress_dataset {

struct CleaningOptions {
  bool dedup = false;

  void declare(OptionSink& sink);
};

}  // namespace daybreak::compress_dataset
