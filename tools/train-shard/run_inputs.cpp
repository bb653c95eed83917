#include "tools/train-shard/run_inputs.h"

#include <algorithm>
#include <fstream>

#include "libcore/base/error.h"
#include "tools/frame/text.h"
#include "tools/train-shard/data_checks.h"

namespace daybreak::train_shard {
namespace {

using namespace training;

Beginning resumed(const RunOptions& options, const std::filesystem::path& version, const io::Json& identity) {
  Checkpoint checkpoint = read_checkpoint(version);
  if (options.model.given() && !(options.model.config() == checkpoint.config))
    throw usage_error("--resume: the model of " + version.string() + " differs from the one that is named",
                      "leave out --model and --init");
  io::Json changes = changes_since(checkpoint.identity, identity, version.string());
  return {checkpoint.config, std::move(checkpoint.state), version, std::move(changes), true};
}

Beginning begun(const RunOptions& options, frame::Session& session, const RunDirectory& folder,
                const io::Json& identity) {
  if (const auto version = folder.latest(); version && options.resume) return resumed(options, *version, identity);
  options.model.check();
  if (options.model.init && session.dry_run()) return {options.model.config(), {}, {}};
  LoadedModel loaded = options.model.load(session);
  Beginning beginning{loaded.config, {}, loaded.directory};
  beginning.state.weights = std::move(loaded.weights);
  return beginning;
}

/// The weights that a precision map should have been made for: those that the user named.
std::span<const float> first_weights(const RunOptions& options, const Beginning& beginning) {
  if (beginning.resumed || !options.model.directory) return {};
  return beginning.state.weights;
}

std::optional<TokenSource> opened(const std::optional<std::string>& path, frame::Session& session) {
  return path ? std::optional<TokenSource>(std::in_place, session.input(*path)) : std::nullopt;
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

}  // namespace

std::uint64_t training_bytes(const model::MemoryPlan& memory) {
  return memory.total() + 2 * memory.weights;  // AdamW keeps two moments of each weight, in float32
}

RunInputs::RunInputs(const RunOptions& options, frame::Session& session)
    : data(session.input(options.data)),
      validation_data(opened(options.validation_data, session)),
      folder(options.out, options.resume),
      parts(split(data.all(), options.validation_share)),
      identity(identity_of(options, data, session.seed())),
      beginning(begun(options, session, folder, identity)),
      device(options.device.open(session)),
      precision(options.device.formats(session, beginning.config, first_weights(options, beginning))),
      memory(model::plan_memory(beginning.config, precision, options.batch.at_once(), options.batch.context)) {
  require_memory(options);
  require_sequence(data, parts.training, options.batch.context, "the training data");
  if (options.validates())
    require_sequence(validation_source(), validation_range(), options.batch.context, "the validation data");
  // What has to read all of the data comes last.
  check_tokens(data, data.all(), beginning.config, beginning.tokenizer, session);
  if (!validation_data) return;
  if (beginning.tokenizer.empty()) check_same_tokenizer(*validation_data, data, session);
  check_tokens(*validation_data, validation_data->all(), beginning.config, beginning.tokenizer, session);
}

/// The largest micro-batch that divides the batch and fits, or 0.
std::int64_t RunInputs::fitting_micro_batch(const RunOptions& options, std::uint64_t available) const {
  for (std::int64_t rows = options.batch.at_once() - 1; rows > 0; --rows) {
    if (options.batch.batch % rows != 0) continue;
    const model::MemoryPlan plan = model::plan_memory(beginning.config, precision, rows, options.batch.context);
    if (training_bytes(plan) <= available) return rows;
  }
  return 0;
}

void RunInputs::require_memory(const RunOptions& options) const {
  // Checkpoints are written from a copy of weights and moments.
  const std::uint64_t copied = options.saves_early() && device.in_host_memory() ? 3 * memory.weights : 0;
  const std::uint64_t needed = training_bytes(memory) + copied, available = available_bytes(device);
  if (available == 0 || needed <= available) return;
  const std::int64_t rows = fitting_micro_batch(options, available - std::min(available, copied));
  throw Error(ExitStatus::resources,
              "the run needs " + frame::bytes(static_cast<double>(needed)) + " on " + device.name() + ", where " +
                  frame::bytes(static_cast<double>(available)) + " are free",
              rows > 0 ? "--micro-batch " + std::to_string(rows) + " fits and learns the same"
                       : "no micro-batch fits; take a smaller model or --context");
}

io::Json RunInputs::record(const RunOptions& options) const {
  io::Json record;
  record["model"] = model_record(beginning.config);
  record["device"] = device_record(device);
  record["precision"] = options.device.precision;
  record["emulated"] = emulated(device, precision);
  record["identity"] = identity;
  record["resumed_from"] = beginning.resumed ? io::Json(beginning.state.step) : io::Json();
  record["changed"] = beginning.changes;
  record["training_tokens"] = parts.training.count;
  return record;
}

}  // namespace daybreak::train_shard
