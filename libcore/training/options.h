#pragma once
// What decides the course of a training run: the same options and the same data give the same weights, byte for byte.
#include <cstdint>
#include <string>

#include "libcore/base/options.h"

namespace daybreak::training {

/// In which bits a run keeps what it learns.
struct StorageOptions {
  std::string rounding = "nearest";  // weights in float32 beside a rounded copy; stochastic, kahan: in bf16 alone
  std::string moments = "f32";       // or bf16, rounded stochastically

  void declare(OptionSink& sink);
  bool master_weights() const { return rounding == "nearest"; }
  bool compensates() const { return rounding == "kahan"; }
  bool narrow_moments() const { return moments == "bf16"; }
  /// True where something is kept in fewer bits than float32 has.
  bool narrow() const { return !master_weights() || narrow_moments(); }
};

/// AdamW under a cosine schedule. Defaults after GPT-2 sized runs of nanoGPT and llm.c, at a rate that suits small
/// models.
struct OptimizerOptions {
  double learning_rate = 1e-3;
  double min_learning_rate = 0;  // at the last step
  std::int64_t warmup_steps = 0;
  double weight_decay = 0.1;     // of matrices; vectors do not decay
  double beta1 = 0.9;
  double beta2 = 0.95;
  double epsilon = 1e-8;
  double clip = 1;               // largest global norm of the gradient; 0: no limit
  StorageOptions storage;
  std::uint64_t seed = 0;        // of stochastic rounding; declared by whoever has it

  void declare(OptionSink& sink);
  /// Throws Error (usage) where two of them contradict each other.
  void check(std::int64_t steps) const;
};

/// How much a step takes from the data.
struct BatchOptions {
  std::int64_t batch = 8;        // sequences a step
  std::int64_t context = 128;    // tokens a sequence
  std::int64_t micro_batch = 0;  // sequences that are computed at once; 0: the whole batch
  /// How gradients of micro-batches are added. fast: each rank its own, then in the order of ranks. exact: along a fixed
  /// binary tree over the micro-batches of the step, so that neither the number of ranks nor what each of them takes nor the
  /// number of threads changes a bit; on one chip, with one set of instructions.
  std::string reduce = "fast";

  void declare(OptionSink& sink);
  /// Throws Error (usage) unless the micro-batch divides the batch, and is given where it decides the order of sums.
  void check() const;
  bool exact() const { return reduce == "exact"; }
  std::int64_t at_once() const { return micro_batch == 0 ? batch : micro_batch; }
};

/// How the data come: nothing here changes what a run learns.
struct ReadOptions {
  std::int64_t prefetch = 4;    // batches that are read ahead; 0: each is read when its step begins
  std::int64_t readers = 16;    // most threads that read ahead
  double inject_latency_s = 0;  // that each read of a sample takes longer, as from a slower storage

  void declare(OptionSink& sink);
};

}  // namespace daybreak::training
