#include "tools/train-shard/setup.h"

#include <algorithm>
#include <array>

#include "libcore/base/error.h"
#include "libcore/device/dtype.h"
#include "libcore/model/parameters.h"
#include "libcore/precision/apply.h"
#include "libcore/records/precision_map.h"
#include "libcore/training/checkpoint.h"
#include "libcore/training/run_directory.h"

namespace daybreak::train_shard {
namespace {

constexpr std::array kNarrow{DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F16, DAYBREAK_F8_E4M3, DAYBREAK_F8_E5M2};

constexpr const char* kExample = "gpt2:d=128,layers=4,heads=4,vocab=256,context=128";

/// The devices that a name without a number stands for: those of one chip; none where it has a number.
std::vector<std::string> devices_of(const std::string& name) {
  std::vector<std::string> found;
  std::string chip = name == "auto" ? "" : name;
  for (const device::DeviceListing& one : device::list_devices()) {
    if (!one.problem.empty() || (name == "auto" && one.score <= 0)) continue;
    const std::string its = one.name.substr(0, one.name.rfind(':'));
    if (chip.empty()) chip = its;  // the best comes first
    if (its == chip || one.path == chip) found.push_back(chip + one.name.substr(its.size()));
  }
  return found;
}

std::string device_of_rank(const std::string& name, int local_rank) {
  const std::vector<std::string> devices = devices_of(name);
  return devices.size() < 2 ? name : devices[static_cast<std::size_t>(local_rank) % devices.size()];
}

bool is_uniform(const std::string& text) {
  return text == "f32" || text == "bf16" || text == "f16";
}

}  // namespace

void ModelOptions::declare(OptionSink& sink) {
  sink.directory("model", &directory, "Begin with the weights in DIR (Hugging Face layout, or a run)");
  sink.text("init", &init, "SPEC", "Begin with fresh weights: FAMILY:key=value,... such as " + std::string(kExample));
}

void ModelOptions::check() const {
  if (directory && init) throw usage_error("--model and --init exclude each other");
  if (!given())
    throw usage_error("a model is missing",
                      "name one by --model DIR, or a fresh one by --init " + std::string(kExample));
}

model::Config ModelOptions::config() const {
  return init ? model::parse_init(*init) : model::read_config(training::model_directory(*directory));
}

LoadedModel ModelOptions::load(frame::Session& session) const {
  if (init) {
    LoadedModel fresh{config(), {}, {}};
    fresh.weights = model::initial_weights(fresh.config, session.seed());
    return fresh;
  }
  training::CheckedFolder folder = open(session);
  LoadedModel loaded{model::read_config(folder.path()), {}, folder.path()};
  loaded.weights = training::load_model(folder, loaded.config);
  return loaded;
}

training::CheckedFolder ModelOptions::open(frame::Session& session) const {
  const std::filesystem::path found = training::model_directory(*directory);
  const std::filesystem::path latest = std::filesystem::path(*directory) / "latest";
  if (found != *directory && std::filesystem::exists(latest)) session.input(latest.string());
  session.input((found / "config.json").string());
  return {found, training::CheckedFolder::Part::model};
}

void DeviceOptions::declare(OptionSink& sink) {
  declare_device(sink);
  declare_precision(sink);
}

void DeviceOptions::declare_device(OptionSink& sink) {
  sink.text("device", &device, "NAME", "Where to compute: auto, cpu, cpu:0, the path of a chip; see the verb devices");
}

void DeviceOptions::declare_precision(OptionSink& sink) {
  sink.file("precision", &precision, "Formats of the products: f32, bf16, f16 or the file of a precision map",
            "FILE|FORMAT");
}

device::Device DeviceOptions::open(const frame::Session& session, const training::JobPlace& place) const {
  const std::string name = place.local_size > 1 ? device_of_rank(device, place.local_rank) : device;
  return device::Device::open(name, {static_cast<unsigned>(session.threads()), {}});
}

std::optional<records::PrecisionMap> DeviceOptions::map(frame::Session& session) const {
  if (is_uniform(precision)) return std::nullopt;
  return records::read_precision_map(session.input(precision));
}

model::Precision DeviceOptions::formats(const std::optional<records::PrecisionMap>& map,
                                        const model::Config& config) const {
  return map ? precision::gemm_precision(*map, config, precision)
             : model::Precision::uniform(device::dtype_of(precision));
}

bool emulated(const device::Device& device, const model::Precision& precision) {
  const auto uses = [&](daybreak_dtype type) {
    const auto in = [&](const model::GemmPrecision& one) {
      return one.fprop == type || one.dgrad == type || one.wgrad == type;
    };
    return in(precision.otherwise()) || std::any_of(precision.modules().begin(), precision.modules().end(),
                                                    [&](const auto& entry) { return in(entry.second); });
  };
  return std::any_of(kNarrow.begin(), kNarrow.end(), [&](daybreak_dtype type) {
    return (device.info().emulated_types >> type & 1) != 0 && uses(type);
  });
}

io::Json device_record(const device::Device& device) {
  io::Json record;
  record["name"] = device.name();
  record["description"] = device.info().name;
  record["threads"] = device.info().threads;
  record["emulated_formats"] = io::Json::array();
  for (const daybreak_dtype type : kNarrow)
    if ((device.info().emulated_types >> type & 1) != 0) record["emulated_formats"].push_back(device::name_of(type));
  return record;
}

io::Json model_record(const model::Config& config) {
  io::Json record;
  record["family"] = model::family_name(config.family);
  record["layers"] = config.layers;
  record["width"] = config.width;
  record["heads"] = config.heads;
  record["vocabulary"] = config.vocabulary;
  record["context"] = config.context;
  record["parameters"] = model::parameter_count(model::parameter_table(config));
  return record;
}

}  // namespace daybreak::train_shard
