#include "libcore/training/memory_limit.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/training/adamw.h"

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

/// What is free on a device; 0: unknown. A processor's memory is shared with everything else on the machine.
std::uint64_t available_bytes(const device::Device& device) {
  if (!device.in_host_memory()) return device.info().memory_bytes;
  std::ifstream file("/proc/meminfo");
  for (std::string word; file >> word;) {
    std::uint64_t kibibytes = 0;
    if (word == "MemAvailable:" && file >> kibibytes) return kibibytes * 1024;
  }
  return device.info().memory_bytes;
}

/// What a copy of the state takes beside model and optimizer.
std::uint64_t copy_bytes(const TrainingShape& shape) {
  if (!shape.device.in_host_memory()) return 0;
  return 3 * sizeof(float) * static_cast<std::uint64_t>(model::flat_size(model::parameter_table(shape.config)));
}

std::string in_megabytes(std::size_t bytes) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f MB", static_cast<double>(bytes) / 1e6);
  return text.data();
}

/// A change of the options that fits, in words; empty where there is none.
std::string what_fits(const TrainingShape& shape, std::size_t limit) {
  const auto fits = [&](const TrainingShape& other) {
    const TrainingMemory memory = plan_training(other, Recompute::block);
    return memory.total() <= limit ? "--recompute block takes " + in_megabytes(memory.total()) : std::string();
  };
  TrainingShape smaller = shape;
  for (std::int64_t sequences = shape.batch.at_once(); sequences > 0; --sequences) {
    if (shape.batch.batch % sequences != 0) continue;
    smaller.batch.micro_batch = sequences;
    if (const std::string found = fits(smaller); !found.empty())
      return (sequences == shape.batch.at_once() ? "" : "--micro-batch " + std::to_string(sequences) + " with ") + found;
  }
  if (shape.precision.activations() != DAYBREAK_BF16) return {};
  smaller.storage = {"stochastic", "bf16"};
  const std::string found = fits(smaller);
  return found.empty() ? found : "--rounding stochastic --moments bf16 --micro-batch 1 with " + found;
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
          AdamW::bytes_for(model::parameter_table(shape.config), shape.storage)};
}

void MemoryLimit::declare(OptionSink& sink) {
  sink.choice("recompute", &recompute, {"auto", "none", "gelu+norm", "block"},
              "What a backward pass computes again; auto: as little as --mem allows");
  sink.bytes("mem", &bytes, "Memory that model and optimizer may take on the device; else all that is free there");
}

TrainingMemory MemoryLimit::choose(const TrainingShape& shape, bool copies) const {
  std::size_t limit = bytes ? static_cast<std::size_t>(*bytes) : available_bytes(shape.device);
  if (copies && !bytes && limit > 0) limit -= std::min<std::size_t>(limit - 1, copy_bytes(shape));
  TrainingMemory memory;
  for (const Recompute mode : modes_of(recompute)) {
    memory = plan_training(shape, mode);
    if (limit == 0 || memory.total() <= limit) return memory;
  }
  const std::string fitting = what_fits(shape, limit);
  throw Error(ExitStatus::resources,
              "model and optimizer take " + in_megabytes(memory.total()) + " with --recompute " +
                  std::string(recompute_name(memory.recompute)) + ", of " + in_megabytes(limit) + " that " +
                  (bytes ? "--mem allows" : "are free on " + shape.device.name() + (copies ? " beside a copy for checkpoints" : "")),
              fitting.empty() ? "choose a smaller model or a shorter --context" : fitting);
}

}  // namespace daybreak::training
