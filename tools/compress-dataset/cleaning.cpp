#include "tools/compress-dataset/cleaning.h"

namespace daybreak::compress_dataset {

void CleaningOptions::declare(OptionSink& sink) {
  sink.group("Cleaning");
  sink.flag("dedup", &dedup, "Store equal samples once; readers of ours and restore give all of them");
}

}  // namespace daybreak::compress_dataset
