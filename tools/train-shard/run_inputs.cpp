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
    throw another_model(version);
  io::Json changes = changes_since(checkpoint.identity, identity, version.string());
  return {{std::move(checkpoint.state), std::move(changes), true}, checkpoint.config, version};
}

Beginning begun(const RunOptions& options, frame::Session& session, const RunDirectory& folder,
                const io::Json& identity) {
  if (const auto version = folder.latest(); version && options.resume) return resumed(options, *version, identity);
  options.model.check();
  Beginning beginning;
  if (options.model.init) {
    beginning.config = options.model.config();
    return beginning;
  }
  LoadedModel loaded = options.model.load(session);
  beginning.config = loaded.config;
  beginning.tokenizer = loaded.directory;
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

}  // namespace

RunInputs::RunInputs(const RunOptions& options, frame::Session& session)
    : data(session.input(options.data)),
      validation_data(opened(options.validation_data, session)),
      folder(options.out, options.resume),
      parts(split(data.all(), options.validation_share)),
      identity(identity_of(options, data, session.seed())),
      beginning(begun(options, session, folder, identity)),
      device(options.device.open(session)),
      precision(options.device.formats(session, beginning.config, first_weights(options, beginning))),
      memory(options.memory.choose({beginning.config, device, precision, options.optimizer.storage, options.batch},
                                   options.saves_early() ? Saving::early : Saving::at_the_end)) {
  require_sequence(data, parts.training, options.batch.context, "the training data");
  if (options.validates())
    require_sequence(validation_source(), validation_range(), options.batch.context, "the validation data");
  // What has to read all of the data comes last.
  check_tokens(data, data.all(), beginning.config, beginning.tokenizer, session);
  if (!validation_data) return;
  if (beginning.tokenizer.empty()) check_same_tokenizer(*validation_data, data, session);
  check_tokens(*validation_data, validation_data->all(), beginning.config, beginning.tokenizer, session);
}

io::Json RunInputs::record(const RunOptions& options) const {
  io::Json record;
  record["model"] = model_record(beginning.config);
  describe_origin(record, options, device, emulated(device, precision), identity, beginning);
  record["recompute"] = training::recompute_name(memory.recompute);
  record["training_tokens"] = parts.training.count;
  return record;
}

}  // namespace daybreak::train_shard
