#include "libcore/training/checkpoint.h"

#include <array>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/io/atomic_file.h"
#include "libcore/io/input_file.h"
#include "libcore/io/safetensors.h"
#include "libcore/records/record_file.h"

namespace daybreak::training {
namespace fs = std::filesystem;
namespace {

constexpr std::array<const char*, 6> kTokenizerFiles{"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
                                                     "generation_config.json", "vocab.json", "merges.txt"};
constexpr const char* kFirst = "exp_avg.";
constexpr const char* kSecond = "exp_avg_sq.";
constexpr const char* kCompensation = "compensation.";

/// A tensor's part of a flat array.
template <typename T>
std::span<T> part(std::span<T> flat, const model::Parameter& one) {
  return flat.subspan(static_cast<std::size_t>(one.offset), static_cast<std::size_t>(one.count));
}

void copy_tokenizer(const fs::path& from, const fs::path& to) {
  if (from.empty()) return;
  for (const char* name : kTokenizerFiles) {
    if (!fs::exists(from / name)) continue;
    const io::InputFile file((from / name).string());
    io::write_file(to / name, file.text_at(0, file.size()));
  }
}

void write_moments(const fs::path& path, const std::vector<model::Parameter>& table, const TrainingState& state) {
  std::vector<io::TensorView> tensors;
  const auto add = [&](const char* prefix, const std::vector<float>& moments) {
    for (const model::Parameter& one : table)
      tensors.push_back({prefix + one.name, io::DType::f32, one.shape, std::as_bytes(part(std::span(moments), one))});
  };
  add(kFirst, state.first_moments);
  add(kSecond, state.second_moments);
  if (!state.compensation.empty()) add(kCompensation, state.compensation);
  io::write_safetensors(path, tensors);
}

std::vector<float> read_moments(const io::Safetensors& file, const std::vector<model::Parameter>& table, const char* prefix) {
  std::vector<float> moments(static_cast<std::size_t>(model::flat_size(table)));
  for (const model::Parameter& one : table) {
    const io::Safetensors::Tensor& tensor = file.at(prefix + one.name);
    if (tensor.info.type != io::DType::f32 || tensor.info.shape != one.shape)
      throw data_error(file.name(), "tensor " + tensor.info.name + ": type or shape differs from the model's");
    file.read(tensor, 0, std::as_writable_bytes(part(std::span(moments), one)));
  }
  return moments;
}

io::Json state_document(const TrainingState& state, const io::Json& identity) {
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

void write_checkpoint(const fs::path& directory, const model::Config& config, const TrainingState& state, const io::Json& identity,
                      const fs::path& tokenizer) {
  model::save_weights(directory, config, state.weights);
  write_moments(directory / "optimizer.safetensors", model::parameter_table(config), state);
  copy_tokenizer(tokenizer, directory);
  io::write_file(directory / "state.json", state_document(state, identity).dump(2) + "\n");
}

Checkpoint read_checkpoint(const fs::path& directory) {
  const std::string where = (directory / "state.json").string();
  const io::InputFile file(where);
  const io::Json document = io::Json::parse(file.text_at(0, file.size()), where);
  records::require_schema(document, kTrainStateSchema, where);

  Checkpoint checkpoint;
  checkpoint.config = model::read_config(directory);
  checkpoint.identity = document.at("identity");
  TrainingState& state = checkpoint.state;
  state.step = count_at(document, "step", where);
  state.tokens = document.at("tokens").as_uint();
  state.loss_scale = document.at("loss_scale").as_double();
  if (!(state.loss_scale >= 1)) throw data_error(where, "loss_scale is below 1");
  state.clean_steps = count_at(document, "clean_steps", where);
  state.skipped = count_at(document, "skipped", where);
  state.weights = model::load_weights(directory, checkpoint.config);
  const std::vector<model::Parameter> table = model::parameter_table(checkpoint.config);
  const io::Safetensors moments = io::Safetensors::open((directory / "optimizer.safetensors").string());
  state.first_moments = read_moments(moments, table, kFirst);
  state.second_moments = read_moments(moments, table, kSecond);
  if (moments.find(kCompensation + table.front().name)) state.compensation = read_moments(moments, table, kCompensation);
  return checkpoint;
}

}  // namespace daybreak::training
