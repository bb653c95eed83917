#pragma once
// The options of a run, and which of them a resumed run must repeat.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "libcore/base/error.h"
#include "libcore/training/division.h"
#include "libcore/training/memory_limit.h"
#include "libcore/training/options.h"
#include "libcore/training/shares.h"
#include "libcore/training/slowdown.h"
#include "libcore/training/table_source.h"
#include "libcore/training/token_source.h"
#include "tools/train-shard/setup.h"

namespace daybreak::train_shard {

struct RunOptions {
  ModelOptions model;
  DeviceOptions device;
  training::BatchOptions batch;
  training::ReadOptions reading;
  training::OptimizerOptions optimizer;
  training::MemoryLimit memory;
  std::string data, out;
  std::optional<std::string> target;
  std::int64_t shift = 0;
  std::int64_t steps = 1000;
  bool resume = false;
  std::optional<double> max_time_s;
  std::optional<std::string> stop_file;
  training::ShareOptions shares;
  double patience_s = 300;
  training::Slowdown slowdown;
  std::int64_t save_every = 1000, keep = 3, eval_every = 0;
  std::optional<std::string> validation_data, metrics;
  double validation_share = 0;

  void declare(OptionSink& sink);
  /// Throws Error (usage) for what is missing or contradicts itself.
  void check() const;
  /// {"steps": "10", ...}: the options that all ranks of a job must have the same; each rank may choose where and how it computes
  /// and reads, which changes nothing of what is learned.
  io::Json of_all_ranks() const;
  /// Where --micro-batch is not given and there are several ranks: the largest that leaves each four of them, or 1.
  void divide_batch(int ranks);
  /// Which rank takes how much; where that is to be measured, as if all were alike. Error (usage) of ShareOptions::chosen().
  training::Division division(int ranks) const;
  /// True where there are checkpoints before the end.
  bool saves_early() const { return save_every > 0 && save_every < steps; }
  /// True where something is held out or named to validate on.
  bool validates() const { return validation_data || validation_share > 0; }
};

/// What makes this run this run: {"must": what a resumed run has to repeat, "may": what it may change}.
io::Json identity_of(const RunOptions& options, const training::TokenSource& data, std::uint64_t seed);

/// The same of a run on samples.
io::Json table_identity(const RunOptions& options, const training::TableSource& data, std::uint64_t seed);

/// For --resume with a model that is not the one of the checkpoint.
Error another_model(const std::filesystem::path& version);

/// Compares the identity of a checkpoint with the present one. Throws Error (usage) for a difference in "must"; returns
/// {"lr": [0.001, 0.0005], ...} of those in "may", an empty object where there is none. version: the checkpoint's folder.
io::Json changes_since(const io::Json& then, const io::Json& now, const std::filesystem::path& version);

}  // namespace daybreak::train_shard
