#include "libcore/model/mlp_config.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "libcore/base/described.h"
#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/io/atomic_file.h"
#include "libcore/io/input_file.h"
#include "libcore/io/json.h"
#include "libcore/io/safetensors.h"
#include "libcore/model/fill_normal.h"
#include "libcore/model/table_builder.h"
#include "libcore/records/record_file.h"

namespace daybreak::model {
namespace fs = std::filesystem;
namespace {

constexpr const char* kModelType = "daybreak-mlp";
constexpr const char* kExample = "write it as mlp:hidden=512,layers=2,task=classes; all of it may be left out";
constexpr const char* kConfigHint = "take the config.json that belongs to the weights";
constexpr std::int64_t kMostWidth = std::int64_t{1} << 24, kMostLayers = 1000;

std::optional<MlpTask> task_of(std::string_view name) {
  if (name == "classes") return MlpTask::classes;
  if (name == "values") return MlpTask::values;
  return std::nullopt;
}

io::Json read_json(const fs::path& directory) {
  const io::InputFile file((directory / "config.json").string());
  return described(file.name(), kConfigHint, [&] {
    return io::Json::parse(file.text_at(0, std::min<std::uint64_t>(file.size(), 1 << 20)), file.name());
  });
}

void require_width(std::int64_t width, const std::string& where) {
  if (width < 1 || width > kMostWidth)
    throw data_error(where, "expected a width from 1 to 2^24, found " + std::to_string(width));
}

std::vector<double> class_values_from(const io::Json& json, std::int64_t outputs, const std::string& where) {
  std::vector<double> values;
  for (const io::Json& value : records::member(json, "class_values", &io::Json::as_array, where))
    values.push_back(value.as_double());
  const bool rise = std::adjacent_find(values.begin(), values.end(), std::greater_equal<>()) == values.end();
  if (static_cast<std::int64_t>(values.size()) != outputs || !rise)
    throw data_error(where, "expected as many rising class_values as outputs, which are " + std::to_string(outputs) +
                                ", found " + json.at("class_values").dump());
  return values;
}

MlpConfig config_from(const io::Json& json, const std::string& where) {
  MlpConfig config;
  const std::string& name = records::member(json, "task", &io::Json::as_string, where);
  const auto task = task_of(name);
  if (!task) throw data_error(where, "expected the task classes or values, found \"" + name + "\"");
  config.task = *task;
  config.inputs = records::member(json, "inputs", &io::Json::as_int, where);
  config.outputs = records::member(json, "outputs", &io::Json::as_int, where);
  const io::Json::Array& hidden = records::member(json, "hidden_sizes", &io::Json::as_array, where);
  if (static_cast<std::int64_t>(hidden.size()) > kMostLayers)
    throw data_error(where, "expected at most " + std::to_string(kMostLayers) + " hidden_sizes, found " +
                                std::to_string(hidden.size()));
  for (const io::Json& width : hidden) config.hidden.push_back(width.as_int());
  for (const std::int64_t width : config.hidden) require_width(width, where);
  require_width(config.inputs, where);
  require_width(config.outputs, where);
  if (config.task == MlpTask::classes) config.class_values = class_values_from(json, config.outputs, where);
  return config;
}

/// The constants of the scaling, as tensors beside the weights.
struct Constant {
  const char* name;
  std::vector<float> MlpScaling::*values;
  std::int64_t MlpConfig::*width;
};
constexpr Constant kConstants[] = {{"input.offset", &MlpScaling::input_offset, &MlpConfig::inputs},
                                   {"input.factor", &MlpScaling::input_factor, &MlpConfig::inputs},
                                   {"output.offset", &MlpScaling::output_offset, &MlpConfig::outputs},
                                   {"output.factor", &MlpScaling::output_factor, &MlpConfig::outputs}};

void read_tensor(const io::Safetensors& file, const std::string& name, const io::Shape& shape, std::span<float> out) {
  const io::Safetensors::Tensor& tensor = file.at(name);
  if (tensor.info.type != io::DType::f32 || tensor.info.shape != shape)
    throw data_error(file.name(),
                     "tensor " + name + ": expected " + io::type_and_shape({name, io::DType::f32, shape}) +
                         " by config.json, found " + io::type_and_shape(tensor.info),
                     kConfigHint);
  file.read(tensor, 0, std::as_writable_bytes(out));
  for (const float value : out)
    if (!std::isfinite(value))
      throw data_error(file.name(), "tensor " + name + ": a value is not finite", "train the model again");
}

}  // namespace

std::string_view task_name(MlpTask task) {
  return task == MlpTask::classes ? "classes" : "values";
}

bool is_mlp_spec(std::string_view text) {
  return text == "mlp" || text.starts_with("mlp:");
}

MlpSpec parse_mlp_spec(std::string_view text) {
  const auto fail = [&](const std::string& message) {
    throw usage_error("model '" + std::string(text) + "': " + message, kExample);
  };
  MlpSpec spec;
  std::set<std::string_view> seen;
  for (std::string_view rest = text.substr(std::min<std::size_t>(4, text.size())); !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view pair = rest.substr(0, comma), key = pair.substr(0, pair.find('='));
    const std::string_view value = key.size() < pair.size() ? pair.substr(key.size() + 1) : "";
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    if (!seen.insert(key).second) fail("'" + std::string(key) + "' is given twice");
    if (key == "hidden" || key == "layers")
      (key == "hidden" ? spec.hidden : spec.layers) = parse_count(value);
    else if (key == "task" && task_of(value))
      spec.task = task_of(value);
    else
      fail("'" + std::string(pair) + "' is nothing that mlp takes");
  }
  if (spec.hidden < 1 || spec.hidden > kMostWidth) fail("expected a width of 1 to 2^24");
  if (spec.layers < 0 || spec.layers > kMostLayers)
    fail("expected at most " + std::to_string(kMostLayers) + " hidden layers");
  return spec;
}

bool is_mlp_directory(const fs::path& directory) {
  if (!fs::exists(directory / "config.json")) return false;
  const io::Json json = read_json(directory);
  const io::Json* type = json.is_object() ? json.find("model_type") : nullptr;
  return type != nullptr && *type == io::Json(kModelType);
}

std::vector<Parameter> parameter_table(const MlpConfig& config) {
  TableBuilder table;
  std::int64_t in = config.inputs;
  for (std::size_t layer = 0; layer <= config.hidden.size(); ++layer) {
    const std::int64_t out = layer < config.hidden.size() ? config.hidden[layer] : config.outputs;
    const std::string name = "layers." + std::to_string(layer);
    table.layer(static_cast<std::int64_t>(layer));
    table.add(name + ".weight", {out, in}, Role::projection);
    table.add(name + ".bias", {out}, Role::bias);
    in = out;
  }
  return table.take();
}

std::vector<float> initial_weights(const MlpConfig& config, std::uint64_t seed) {
  const std::vector<Parameter> table = parameter_table(config);
  std::vector<float> weights(static_cast<std::size_t>(flat_size(table)), 0.0f);
  for (std::size_t i = 0; i < table.size(); i += 2) {
    const double last = i + 2 == table.size() ? 0.1 : 1;
    const auto in = static_cast<double>(table[i].shape[1]);
    fill_normal(
        std::span(weights).subspan(static_cast<std::size_t>(table[i].offset), static_cast<std::size_t>(table[i].count)),
        last * std::sqrt(2 / in), seed, i);
  }
  return weights;
}

double training_flops_per_sample(const MlpConfig& config) {
  double weights = 0;
  for (const Parameter& one : parameter_table(config))
    if (one.decays) weights += static_cast<double>(one.count);
  return 6 * weights;
}

MlpConfig read_mlp_config(const fs::path& directory) {
  const std::string where = (directory / "config.json").string();
  return described(where, kConfigHint, [&] { return config_from(read_json(directory), where); });
}

SavedMlp load_mlp(const fs::path& directory, io::ReadObserver observer) {
  SavedMlp saved;
  saved.config = read_mlp_config(directory);
  const io::Safetensors file = io::Safetensors::open((directory / "model.safetensors").string(), std::move(observer));
  const std::vector<Parameter> table = parameter_table(saved.config);
  saved.weights.assign(static_cast<std::size_t>(flat_size(table)), 0.0f);
  for (const Parameter& one : table)
    read_tensor(
        file, one.name, one.shape,
        std::span(saved.weights).subspan(static_cast<std::size_t>(one.offset), static_cast<std::size_t>(one.count)));
  for (const Constant& constant : kConstants) {
    std::vector<float>& values = saved.scaling.*constant.values;
    values.resize(static_cast<std::size_t>(saved.config.*constant.width));
    read_tensor(file, constant.name, {values.size()}, values);
  }
  return saved;
}

void save_mlp(const fs::path& directory, const MlpConfig& config, const MlpScaling& scaling,
              std::span<const float> weights) {
  std::vector<io::TensorView> tensors;
  for (const Parameter& one : parameter_table(config))
    tensors.push_back(
        {one.name, io::DType::f32, one.shape,
         std::as_bytes(weights.subspan(static_cast<std::size_t>(one.offset), static_cast<std::size_t>(one.count)))});
  for (const Constant& constant : kConstants) {
    const std::vector<float>& values = scaling.*constant.values;
    tensors.push_back({constant.name, io::DType::f32, {values.size()}, std::as_bytes(std::span(values))});
  }
  io::write_safetensors(directory / "model.safetensors", tensors);
  io::Json json;
  json["model_type"] = kModelType;
  json["task"] = task_name(config.task);
  json["inputs"] = config.inputs;
  json["hidden_sizes"] = io::Json::array(config.hidden);
  json["outputs"] = config.outputs;
  json["activation"] = "gelu_tanh";
  if (config.task == MlpTask::classes) json["class_values"] = io::Json::array(config.class_values);
  io::write_file(directory / "config.json", json.dump(2) + "\n");
}

}  // namespace daybreak::model
