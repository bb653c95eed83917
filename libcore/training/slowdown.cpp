#include "libcore/training/slowdown.h"

namespace daybreak::training {

void Slowdown::declare(OptionSink& sink) {
  sink.real("inject-slowdown", &factor, "X", "Let this rank take X times as long to compute a micro-batch",
            OptionSink::Range{1, 1e6});
}

}  // namespace daybreak::training
