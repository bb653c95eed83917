#include "libcore/training/checkpoint.h"

#include <array>
#include <cmath>

#include "libcore/base/described.h"
#include "libcore/base/error.h"
#include "libcore/io/atomic_file.h"
#include "libcore/io/input_file.h"
#include "libcore/records/record_file.h"
#include "libcore/training/manifest.h"

namespace daybreak::training {
namespace fs = std::filesystem;
namespace {

constexpr std::array<const char*, 6> kTokenizerFiles{
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "generation_config.json", "vocab.json",
    "merges.txt"};

io::Json state_document(const Progress& state, const io::Json& identity) {
  io::Json document;
  document["schema"] = kTrainStateSchema;
  document["step"] = state.step;
  document["tokens"] = state.tokens;
  document["loss_scale"] = state.loss_scale;
  document["clean_steps"] = state.clean_steps;
  document["skipped"] = state.skipped;
  document["identity"] = identity;
  return document;
}

/// A count that the loss scale or the step counter may have.
std::int64_t count_at(const io::Json& document, std::string_view key, const std::string& where) {
  const std::int64_t value = records::member(document, key, &io::Json::as_int, where);
  if (value < 0)
    throw data_error(where, "expected a " + std::string(key) + " of at least 0, found " + std::to_string(value));
  return value;
}

void take(TrainingState& state, Moments moments) {
  state.first_moments = std::move(moments.first);
  state.second_moments = std::move(moments.second);
  state.compensation = std::move(moments.compensation);
}

}  // namespace

void copy_tokenizer(const fs::path& from, const fs::path& to) {
  if (from.empty()) return;
  for (const char* name : kTokenizerFiles) {
    if (!fs::exists(from / name)) continue;
    const io::InputFile file((from / name).string());
    io::write_file(to / name, file.text_at(0, file.size()));
  }
}

MomentsView moments_of(const StateView& state) {
  return {state.first_moments, state.second_moments, state.compensation, state.parts};
}

void write_state(const fs::path& directory, const std::vector<model::Parameter>& table, const StateView& state,
                 const io::Json& identity, std::int64_t readers) {
  write_moments(directory, table, moments_of(state), readers);
  io::write_file(directory / kStateFile, state_document(state.progress, identity).dump(2) + "\n");
  write_manifest(directory);
}

void write_checkpoint(const fs::path& directory, const CheckpointContent& content) {
  model::save_weights(directory, content.config, content.state.weights);
  copy_tokenizer(content.tokenizer, directory);
  write_state(directory, model::parameter_table(content.config), content.state, content.identity, content.readers);
}

void write_checkpoint_part(const fs::path& directory, const CheckpointContent& content, RankOfJob mine,
                           const PartPatience& patience) {
  const StateView& state = content.state;
  if (mine.size == 1) return write_checkpoint(directory, content);
  write_moments_of(directory, model::parameter_table(content.config), moments_of(state), mine.rank, mine.size);
  if (mine.rank != 0) return;
  model::save_weights(directory, content.config, state.weights);
  copy_tokenizer(content.tokenizer, directory);
  io::write_file(directory / kStateFile, state_document(state.progress, content.identity).dump(2) + "\n");
  await_parts(directory, mine.size, patience);
  write_manifest(directory);
}

SavedProgress read_progress(const fs::path& directory) {
  const std::string where = (directory / kStateFile).string();
  return described(where, kDamagedHint, [&] {
    const io::InputFile file(where);
    const io::Json document = io::Json::parse(file.text_at(0, file.size()), where);
    records::require_schema(document, kTrainStateSchema, where);
    SavedProgress saved;
    saved.identity = records::member(document, "identity", &io::Json::as_object, where);
    Progress& progress = saved.progress;
    progress.step = count_at(document, "step", where);
    progress.tokens = records::member(document, "tokens", &io::Json::as_uint, where);
    progress.loss_scale = records::member(document, "loss_scale", &io::Json::as_double, where);
    if (!(progress.loss_scale >= 1))
      throw data_error(where, "expected a loss_scale of at least 1, found " + io::Json(progress.loss_scale).dump());
    progress.clean_steps = count_at(document, "clean_steps", where);
    progress.skipped = count_at(document, "skipped", where);
    return saved;
  });
}

void read_moments_into(TrainingState& state, const CheckedFolder& folder, const std::vector<model::Parameter>& table,
                       const io::ReadObserver& observer) {
  state.parts = {{0, model::flat_size(table)}};
  take(state, read_moments(folder.path(), folder.moment_files(), table, state.parts, observer));
}

TrainingState read_training_state(CheckedFolder& folder, const model::Config& config, const Progress& progress) {
  return folder.read([&](const io::ReadObserver& observer) {
    TrainingState state{progress, {}, {}, {}, {}, {}};
    state.weights = model::load_weights(folder.path(), config, observer);
    read_moments_into(state, folder, model::parameter_table(config), observer);
    return state;
  });
}

TrainingState read_rank_state(CheckedFolder& folder, const model::Config& config, const Progress& progress,
                              std::vector<Range> parts) {
  return folder.read([&](const io::ReadObserver& observer) {
    TrainingState state{progress, {}, {}, {}, {}, std::move(parts)};
    state.weights = model::load_weights(folder.path(), config, observer);
    Moments moments =
        read_moments(folder.path(), folder.moment_files(), model::parameter_table(config), state.parts, observer);
    for (const std::string& file : moments.unread) folder.leave_out(file);
    take(state, std::move(moments));
    return state;
  });
}

std::vector<float> load_model(CheckedFolder& folder, const model::Config& config) {
  return folder.read(
      [&](const io::ReadObserver& observer) { return model::load_weights(folder.path(), config, observer); });
}

Checkpoint read_checkpoint(const fs::path& directory) {
  CheckedFolder folder(directory, CheckedFolder::Part::all);
  SavedProgress saved = read_progress(directory);
  Checkpoint checkpoint{model::read_config(directory), {}, std::move(saved.identity)};
  checkpoint.state = read_training_state(folder, checkpoint.config, saved.progress);
  return checkpoint;
}

}  // namespace daybreak::training
