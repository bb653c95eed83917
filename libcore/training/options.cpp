#include "libcore/training/options.h"

#include "libcore/base/error.h"

namespace daybreak::training {

void StorageOptions::declare(OptionSink& sink) {
  sink.choice("rounding", &rounding, {"nearest", "stochastic", "kahan"},
              "nearest: float32 weights and a rounded copy; else bf16 weights alone");
  sink.choice("moments", &moments, {"f32", "bf16"}, "How AdamW's moments are kept; bf16 is rounded stochastically");
}

void OptimizerOptions::declare(OptionSink& sink) {
  using Range = OptionSink::Range;
  sink.group("Optimizer (AdamW)");
  sink.real("lr", &learning_rate, "RATE", "Learning rate after the warm-up", Range{0, 1e3});
  sink.real("min-lr", &min_learning_rate, "RATE", "Learning rate at the last step, reached along a cosine", Range{0, 1e3});
  sink.count("warmup", &warmup_steps, "N", "Steps over which the learning rate rises", Range{0, 1e9});
  sink.real("weight-decay", &weight_decay, "X", "Decoupled decay of matrices", Range{0, 1e3});
  sink.real("beta1", &beta1, "X", "Decay of the first moment", Range{0, 0.999999999});
  sink.real("beta2", &beta2, "X", "Decay of the second moment", Range{0, 0.999999999});
  sink.real("epsilon", &epsilon, "X", "Added to the root of the second moment", Range{1e-20, 1});
  sink.real("clip", &clip, "X", "Largest norm of the whole gradient, 0 for no limit", Range{0, 1e9});
  storage.declare(sink);
}

void OptimizerOptions::check(std::int64_t steps) const {
  if (min_learning_rate > learning_rate) throw usage_error("--min-lr is above --lr");
  if (warmup_steps > steps)
    throw usage_error("--warmup " + std::to_string(warmup_steps) + " is longer than the run of " + std::to_string(steps) + " steps");
}

void BatchOptions::declare(OptionSink& sink) {
  using Range = OptionSink::Range;
  sink.count("batch", &batch, "B", "Sequences a step", Range{1, 1e9});
  sink.count("context", &context, "T", "Tokens a sequence", Range{1, 1e9});
  sink.count("micro-batch", &micro_batch, "B", "Sequences computed at once, their gradients added; 0: all", Range{0, 1e9});
  sink.choice("reduce", &reduce, {"fast", "exact"},
              "How gradients are added; exact: the same bits however micro-batches are divided among ranks");
}

void BatchOptions::check() const {
  if (exact() && micro_batch == 0)
    throw usage_error("--reduce exact adds the gradients of micro-batches in a fixed order, and there is no --micro-batch",
                      "give the number of sequences that each rank can compute at once");
  if (batch % at_once() != 0)
    throw usage_error("--micro-batch " + std::to_string(micro_batch) + " does not divide --batch " + std::to_string(batch));
}

void ReadOptions::declare(OptionSink& sink) {
  using Range = OptionSink::Range;
  sink.group("Data");
  sink.count("prefetch", &prefetch, "N", "Batches read ahead, 0 to read each one when its step begins", Range{0, 1e4});
  sink.count("readers", &readers, "N", "Most threads that read ahead, where steps wait for their data", Range{1, 1e3});
  sink.duration("inject-latency", &inject_latency_s, "Let each read of a sample take so much longer");
}

}  // namespace daybreak::training
