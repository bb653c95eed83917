#pragma once
// What a multilayer perceptron looks like: its own config.json, and the short text of --init.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "libcore/model/parameters.h"

namespace daybreak::model {

/// classes: a sample is one of `outputs` classes. values: `outputs` real numbers go with it.
enum class MlpTask { classes, values };
std::string_view task_name(MlpTask task);

/// Dense layers with GELU between them.
struct MlpConfig {
  MlpTask task = MlpTask::classes;
  std::int64_t inputs = 0, outputs = 0;
  std::vector<std::int64_t> hidden;  // widths
  std::vector<double> class_values;  // of classes: the label that each output stands for, rising
  bool operator==(const MlpConfig&) const = default;
};

/// What --init says of it; the rest follows from the data.
struct MlpSpec {
  std::int64_t hidden = 512, layers = 2;
  std::optional<MlpTask> task;  // nothing: classes where the labels are whole numbers, few of them
};

/// True for "mlp" and "mlp:...".
bool is_mlp_spec(std::string_view text);
/// "mlp:hidden=512,layers=2,task=classes"; task may be classes or values. Errors: Error (usage).
MlpSpec parse_mlp_spec(std::string_view text);

/// True where DIRECTORY/config.json says that it is an MLP of ours.
bool is_mlp_directory(const std::filesystem::path& directory);

/// "layers.0.weight" [out, in], "layers.0.bias" [out], ...
std::vector<Parameter> parameter_table(const MlpConfig& config);
/// Normal of deviation sqrt(2 / in) (He et al. 2015), a tenth of it in the last layer; biases 0.
std::vector<float> initial_weights(const MlpConfig& config, std::uint64_t seed);
/// Floating-point operations of a training step for each sample: 6 for each weight.
double training_flops_per_sample(const MlpConfig& config);

/// How samples are brought near 0 and 1: (x - offset) * factor; for values the outputs too.
struct MlpScaling {
  std::vector<float> input_offset, input_factor, output_offset, output_factor;
};

/// What a folder of an MLP holds: config.json and model.safetensors.
struct SavedMlp {
  MlpConfig config;
  MlpScaling scaling;
  std::vector<float> weights;
};
/// Errors: Error (data, no_input, naming file and tensor).
MlpConfig read_mlp_config(const std::filesystem::path& directory);
SavedMlp load_mlp(const std::filesystem::path& directory, io::ReadObserver observer = {});
/// Errors: Error (cannot_create, io).
void save_mlp(const std::filesystem::path& directory, const MlpConfig& config, const MlpScaling& scaling,
              std::span<const float> weights);

}  // namespace daybreak::model
