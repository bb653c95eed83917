#include "libcore/training/slowdown.h"

namespace daybreak::training {

void Slowdown::declare(OptionSink& sink) {
  sink.real("inject-slowdown", &factor, "X", "Let this rank take X times as long to compute a micro-batch",
            OptionSink::Range{1, 1e6});
}

void Slowdown::declare_first_step(OptionSink& sink) {
  sink.count("slow-from", &first_step, "STEP", "Let it do so from this step on", OptionSink::Range{1, 1e12});
}

}  // namespace daybreak::training
