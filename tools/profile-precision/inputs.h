#pragma once
// A model and text for it, as two of the verbs take them.
#include <string>
#include <vector>

#include "libcore/device/device.h"
#include "libcore/model/config.h"
#include "tools/frame/tool.h"

namespace daybreak::profile_precision {

struct Model {
  model::Config config;
  std::vector<float> weights;
};

/// The model in a folder of the Hugging Face layout, or the latest checkpoint of a run's folder. Notes what is read.
Model load_model(const std::string& path, frame::Session& session);

/// Opens the device by name with the session's threads.
device::Device open_device(const std::string& name, const frame::Session& session);

}  // namespace daybreak::profile_precision
