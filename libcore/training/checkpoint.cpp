#include "libcore/training/checkpoint.h"

#include <array>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/io/atomic_file.h"
#include "libcore/io/input_file.h"
#include "libcore/records/record_file.h"
#include "libcore/training/manifest.h"
#include "libcore/training/moments.h"

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
  const std::int64_t value = document.at(key).as_int();
  if (value < 0) throw data_error(where, std::string(key) + " is negative");
  return value;
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

void write_state(const fs::path& directory, const std::vector<model::Parameter>& table, const StateView& state,
                 const io::Json& identity, std::int64_t readers) {
  write_moments(directory, table, {state.first_moments, state.second_moments, state.compensation}, readers);
  io::write_file(directory / kStateFile, state_document(state.progress, identity).dump(2) + "\n");
  write_manifest(directory);
}

void write_checkpoint(const fs::path& directory, const CheckpointContent& content) {
  model::save_weights(directory, content.config, content.state.weights);
  copy_tokenizer(content.tokenizer, directory);
  write_state(directory, model::parameter_table(content.config), content.state, content.identity, content.readers);
}

SavedState read_state(const fs::path& directory, const std::vector<ManifestEntry>& files,
                      const std::vector<model::Parameter>& table) {
  const std::string where = (directory / kStateFile).string();
  const io::InputFile file(where);
  const io::Json document = io::Json::parse(file.text_at(0, file.size()), where);
  records::require_schema(document, kTrainStateSchema, where);
  SavedState saved;
  saved.identity = document.at("identity");
  TrainingState& state = saved.state;
  state.step = count_at(document, "step", where);
  state.tokens = document.at("tokens").as_uint();
  state.loss_scale = document.at("loss_scale").as_double();
  if (!(state.loss_scale >= 1)) throw data_error(where, "loss_scale is below 1");
  state.clean_steps = count_at(document, "clean_steps", where);
  state.skipped = count_at(document, "skipped", where);
  std::vector<std::string> names;
  for (const ManifestEntry& entry : files)
    if (is_moment_file(entry.name)) names.push_back(entry.name);
  Moments moments = read_moments(directory, names, table);
  state.first_moments = std::move(moments.first);
  state.second_moments = std::move(moments.second);
  state.compensation = std::move(moments.compensation);
  return saved;
}

Checkpoint read_checkpoint(const fs::path& directory) {
  const std::vector<ManifestEntry> files = verify_files(directory);
  Checkpoint checkpoint;
  checkpoint.config = model::read_config(directory);
  SavedState saved = read_state(directory, files, model::parameter_table(checkpoint.config));
  checkpoint.state = std::move(saved.state);
  checkpoint.identity = std::move(saved.identity);
  checkpoint.state.weights = model::load_weights(directory, checkpoint.config);
  return checkpoint;
}

}  // namespace daybreak::training
