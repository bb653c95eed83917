#pragma once
// What several verbs begin with: a model, a device, number formats.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "libcore/device/device.h"
#include "libcore/model/config.h"
#include "libcore/model/precision.h"
#include "libcore/records/precision_map.h"
#include "libcore/training/checked_folder.h"
#include "libcore/training/collectives/job.h"
#include "tools/frame/tool.h"

namespace daybreak::train_shard {

/// Weights and where they come from.
struct LoadedModel {
  model::Config config;
  std::vector<float> weights;
  std::filesystem::path directory;  // whose tokenizer belongs to it; empty: a fresh model
};

/// --model DIR | --init SPEC
struct ModelOptions {
  std::optional<std::string> directory, init;

  void declare(OptionSink& sink);
  bool given() const { return directory || init; }
  /// Throws Error (usage) unless exactly one is given.
  void check() const;
  /// The shape alone. DIR may be a run's folder, and stands for its latest checkpoint.
  model::Config config() const;
  /// DIR: what is small of it has been compared with its manifest, if it has one.
  training::CheckedFolder open(frame::Session& session) const;
  LoadedModel load(frame::Session& session) const;
};

/// --device and --precision
struct DeviceOptions {
  std::string device = "auto";
  std::string precision = "f32";  // f32, bf16, f16 or the file of a precision map

  void declare(OptionSink& sink);
  /// Each alone.
  void declare_device(OptionSink& sink);
  void declare_precision(OptionSink& sink);
  /// Of a rank that shares its host with others, and where a chip has several devices and no number is named: one of its own.
  device::Device open(const frame::Session& session, const training::JobPlace& place = {}) const;
  /// Where a file is named. Errors: Error (data, no_input).
  std::optional<records::PrecisionMap> map(frame::Session& session) const;
  /// As the map says, which is checked against the model, or one format for all. Errors: Error (data).
  model::Precision formats(const std::optional<records::PrecisionMap>& map, const model::Config& config) const;
  model::Precision formats(frame::Session& session, const model::Config& config) const {
    return formats(map(session), config);
  }
};

/// True where the device computes some product of these formats by conversion, without instructions of its own.
bool emulated(const device::Device& device, const model::Precision& precision);
/// How records describe them.
io::Json device_record(const device::Device& device);
io::Json model_record(const model::Config& config);

}  // namespace daybreak::train_shard
