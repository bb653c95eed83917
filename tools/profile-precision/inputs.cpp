#include "tools/profile-precision/inputs.h"

#include "libcore/io/safetensors.h"
#include "libcore/model/parameters.h"
#include "libcore/training/run_directory.h"

namespace daybreak::profile_precision {

Model load_model(const std::string& path, frame::Session& session) {
  const std::filesystem::path directory = training::model_directory(path);
  const std::filesystem::path latest = std::filesystem::path(path) / "latest";
  if (directory != path && std::filesystem::exists(latest)) session.input(latest.string());
  Model loaded;
  loaded.config = model::read_config(directory);
  session.input((directory / "config.json").string());
  const std::filesystem::path index = directory / io::kSafetensorsIndex, single = directory / "model.safetensors";
  session.input((std::filesystem::exists(index) ? index : single).string());
  loaded.weights = model::load_weights(directory, loaded.config);
  return loaded;
}

device::Device open_device(const std::string& name, const frame::Session& session) {
  return device::Device::open(name, {static_cast<unsigned>(session.threads()), {}});
}

}  // namespace daybreak::profile_precision
