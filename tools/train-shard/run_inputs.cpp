#include "tools/train-shard/run_inputs.h"

#include <algorithm>
#include <fstream>

#include "libcore/base/error.h"
#include "libcore/precision/apply.h"
#include "libcore/precision/fingerprint.h"
#include "tools/frame/text.h"
#include "tools/train-shard/data_checks.h"

namespace daybreak::train_shard {
namespace {

using namespace training;

Beginning resumed(const RunOptions& options, const std::filesystem::path& version, const io::Json& identity) {
  Beginning beginning;
  beginning.folder.emplace(version, CheckedFolder::Part::all);
  beginning.config = model::read_config(version);
  if (options.model.given() && !(options.model.config() == beginning.config)) throw another_model(version);
  const SavedProgress saved = read_progress(version);
  beginning.changes = changes_since(saved.identity, identity, version);
  static_cast<Progress&>(beginning.state) = saved.progress;
  beginning.resumed = true;
  return beginning;
}

/// Without weights and moments.
Beginning begun(const RunOptions& options, frame::Session& session, const RunPlace& place, const io::Json& identity) {
  if (place.version()) return resumed(options, *place.version(), identity);
  options.model.check();
  Beginning beginning;
  if (options.model.directory) beginning.folder.emplace(options.model.open(session));
  beginning.config = beginning.folder ? model::read_config(beginning.folder->path()) : options.model.config();
  return beginning;
}

std::optional<TokenSource> opened(const std::optional<std::string>& path, frame::Session& session) {
  return path ? std::optional<TokenSource>(std::in_place, session.input(*path)) : std::nullopt;
}

/// What tells a map from others, wherever it lies.
std::string hash_of(const records::PrecisionMap& map) {
  precision::Fingerprint hash;
  hash.add(records::precision_map_json(map).dump());
  return hash.text();
}

/// What one rank of several checks.
TokenRange part_of(TokenRange whole, const Ranks& ranks) {
  const auto rank = static_cast<std::uint64_t>(ranks.rank()), size = static_cast<std::uint64_t>(ranks.size());
  const auto begin = [&](std::uint64_t part) { return whole.count / size * part + std::min(part, whole.count % size); };
  return {whole.first + begin(rank), begin(rank + 1) - begin(rank)};
}

}  // namespace

RunInputs::RunInputs(const RunOptions& options, frame::Session& session, const Ranks& ranks, const RunPlace& place)
    : data(session.input(options.data)),
      validation_data(opened(options.validation_data, session)),
      parts(split(data.all(), options.validation_share)),
      identity(identity_of(options, data, session.seed())),
      beginning(begun(options, session, place, identity)),
      device(options.device.open(session, ranks.place())),
      map(options.device.map(session)),
      precision(options.device.formats(map, beginning.config)),
      memory(options.memory.choose({beginning.config, device, precision, options.optimizer.storage, options.batch,
                                    options.division(ranks.size()), ranks.rank(), ranks.size() > 1 && options.shares.automatic()},
                                   options.saves_early() ? Saving::early : Saving::at_the_end,
                                   beginning.resumed ? Start::from_checkpoint : Start::with_weights)) {
  for (const std::string& part : data.part_paths()) session.input(part);
  if (validation_data)
    for (const std::string& part : validation_data->part_paths()) session.input(part);
  require_sequence(data, parts.training, options.batch.context, "the training data");
  if (options.validates())
    require_sequence(validation_source(), validation_range(), options.batch.context, "the validation data");
  if (has_state(ranks)) read_weights(options.device, session);
  // What has to read all of the data comes last.
  check_tokens(data, part_of(data.all(), ranks), beginning.config, beginning.tokenizer(), session);
  if (!validation_data) return;
  if (!beginning.folder) check_same_tokenizer(*validation_data, data, session);
  check_tokens(*validation_data, part_of(validation_data->all(), ranks), beginning.config, beginning.tokenizer(), session);
}

void RunInputs::read_state(std::vector<Range> stretches) {
  beginning.state = read_rank_state(*beginning.folder, beginning.config, beginning.state, std::move(stretches));
}

void RunInputs::read_weights(const DeviceOptions& named, frame::Session& session) {
  if (!beginning.folder) return;
  if (beginning.resumed) {
    beginning.state = read_training_state(*beginning.folder, beginning.config, beginning.state);
    return;
  }
  beginning.state.weights = load_model(*beginning.folder, beginning.config);
  if (!map) return;
  try {
    precision::check_weights(*map, beginning.config, beginning.state.weights, named.precision);
  } catch (const Error& failure) {
    session.log().warning(failure.what());
  }
}

io::Json RunInputs::of_all_ranks() const {
  io::Json all = identity.at("must");
  all["model"] = model_record(beginning.config);
  if (validation_data) all["val"] = validation_data->fingerprint();
  if (map) all["precision"] = hash_of(*map);
  return all;
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
