#include "libcore/training/memory_limit.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/megabytes.h"
#include "libcore/training/adamw.h"
#include "libcore/training/gradient_rows.h"
#include "libcore/training/state_layout.h"

namespace daybreak::training {
namespace {

using model::Recompute;

/// From the fastest to the smallest.
constexpr std::array<std::pair<Recompute, std::string_view>, 3> kModes{
    {{Recompute::none, "none"}, {Recompute::gelu_norm, "gelu+norm"}, {Recompute::block, "block"}}};

std::vector<Recompute> modes_of(const std::string& name) {
  std::vector<Recompute> modes;
  for (const auto& [mode, known] : kModes)
    if (name == "auto" || name == known) modes.push_back(mode);
  return modes;
}

std::int64_t flat_elements(const TrainingShape& shape) {
  return model::flat_size(model::parameter_table(shape.config));
}

/// Elements that this rank keeps the optimizer's state of.
std::int64_t owned_elements(const TrainingShape& shape) {
  const std::int64_t flat = flat_elements(shape);
  if (!shape.division) return flat;
  return elements_of(StateLayout(flat, shape.division->state).ranges_of(shape.rank));
}

/// This rank's; a smaller micro-batch than that of the division makes more of them.
Range micro_batches_of(const TrainingShape& shape) {
  const std::int64_t all = shape.batch.batch / shape.batch.at_once();
  if (!shape.division) return {0, all};
  const Range mine = shape.division->micro_batches_of(shape.rank);
  const std::int64_t divided = shape.division->total();
  return {mine.begin * all / divided, mine.end * all / divided};
}

/// Of sums of micro-batches.
std::size_t sum_bytes(const TrainingShape& shape) {
  if (!shape.batch.exact()) return 0;
  const std::int64_t flat = flat_elements(shape);
  return shape.shares_follow ? GradientRows::most_bytes_for(flat, shape.batch.batch / shape.batch.at_once())
                             : GradientRows::bytes_for(flat, micro_batches_of(shape));
}

/// What is free in the host's memory, which is shared with everything else on the machine, or all that a chip has.
/// 0: unknown.
std::uint64_t available_bytes(const device::Device& device) {
  if (!device.in_host_memory()) return device.info().memory_bytes;
  std::ifstream file("/proc/meminfo");
  for (std::string word; file >> word;) {
    std::uint64_t kibibytes = 0;
    if (word == "MemAvailable:" && file >> kibibytes) return kibibytes * 1024;
  }
  return device.info().memory_bytes;
}

/// Other options of a run, in words.
struct Change {
  std::string words;
  TrainingShape shape;
};

/// From what changes least to what changes most; a run that goes on keeps its context.
std::vector<Change> changes_of(const TrainingShape& shape, Start start) {
  std::vector<Change> changes;
  TrainingShape smaller = shape;
  for (std::int64_t sequences = shape.batch.at_once(); sequences > 0; --sequences) {
    if (shape.batch.batch % sequences != 0) continue;
    smaller.batch.micro_batch = sequences;
    const bool same = sequences == shape.batch.at_once();
    changes.push_back({same ? "" : "--micro-batch " + std::to_string(sequences) + " with ", smaller});
  }
  std::string words = "--micro-batch 1 with ";
  if (shape.precision.activations() == DAYBREAK_BF16) {
    smaller.storage = {"stochastic", "bf16"};
    words = "--rounding stochastic --moments bf16 " + words;
    changes.push_back({words, smaller});
  }
  while (start == Start::with_weights && (smaller.batch.context /= 2) > 0)
    changes.push_back({"--context " + std::to_string(smaller.batch.context) + " " + words, smaller});
  return changes;
}

/// What to do about a run that does not fit.
std::string advice(const TrainingShape& shape, Start start,
                   const std::function<std::size_t(const TrainingShape&)>& limit_of) {
  for (const auto& [words, other] : changes_of(shape, start)) {
    const TrainingMemory memory = plan_training(other, Recompute::block);
    if (memory.total() <= limit_of(other)) return words + "--recompute block takes " + in_megabytes(memory.total());
  }
  return start == Start::with_weights ? "choose a smaller model" : "go on with it where there is more memory";
}

}  // namespace

std::string_view recompute_name(Recompute recompute) {
  for (const auto& [mode, name] : kModes)
    if (mode == recompute) return name;
  throw Error(ExitStatus::bug, "there is no such recomputation");
}

TrainingMemory plan_training(const TrainingShape& shape, Recompute recompute) {
  const BatchOptions& batch = shape.batch;
  return {recompute,
          model::plan_memory(shape.config, shape.device, shape.precision, batch.at_once(), batch.context,
                             {.recompute = recompute, .master_weights = shape.storage.master_weights()}),
          AdamW::bytes_for(owned_elements(shape), shape.storage), sum_bytes(shape)};
}

std::uint64_t copy_bytes(const TrainingShape& shape, Saving saving, Start start) {
  const bool copied = start == Start::from_checkpoint || saving == Saving::early ||
                      (saving == Saving::at_the_end && shape.storage.narrow());
  if (!copied || !shape.device.in_host_memory()) return 0;
  const std::int64_t kinds = shape.storage.compensates() ? 3 : 2;  // moments and compensation
  return sizeof(float) * static_cast<std::uint64_t>(flat_elements(shape) + kinds * owned_elements(shape));
}

void MemoryLimit::declare(OptionSink& sink) {
  sink.choice("recompute", &recompute, {"auto", "none", "gelu+norm", "block"},
              "What a backward pass computes again; auto: as little as --mem allows");
  sink.bytes(
      "mem", &bytes,
      "Memory that model and optimizer may take on the device; else what is free in the host's, or all of a chip's");
}

TrainingMemory MemoryLimit::choose(const TrainingShape& shape, Saving saving, Start start) const {
  const std::size_t free =
      bytes ? 0 : available_bytes(shape.device) / static_cast<std::size_t>(shape.device.in_host_memory() ? sharers : 1);
  const auto limit_of = [&](const TrainingShape& one) -> std::size_t {
    if (bytes) return static_cast<std::size_t>(*bytes);
    return free - std::min<std::size_t>(std::max<std::size_t>(free, 1) - 1, copy_bytes(one, saving, start));
  };
  const std::size_t limit = limit_of(shape);
  TrainingMemory memory;
  for (const Recompute mode : modes_of(recompute)) {
    memory = plan_training(shape, mode);
    memory.limit = limit;
    if (limit == 0 || memory.total() <= limit) return memory;
  }
  const bool host = shape.device.in_host_memory();
  const std::string whose = bytes  ? "--mem allows"
                            : host ? "are free on " + shape.device.name()
                                   : shape.device.name() + " has";
  throw Error(ExitStatus::resources,
              "model and optimizer take " + in_megabytes(memory.total()) + " with --recompute " +
                  std::string(recompute_name(memory.recompute)) + ", of " + in_megabytes(limit) + " that " + whose +
                  (!bytes && copy_bytes(shape, saving, start) > 0 ? " beside a copy of the state" : ""),
              advice(shape, start, limit_of));
}

}  // namespace daybreak::training
