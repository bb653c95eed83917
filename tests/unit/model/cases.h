#pragma once
// Models small enough to compare whole, and the chips to compare them on.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/device/device.h"
#include "libcore/model/parameters.h"

namespace daybreak::model::testing {

/// [-1, 1) as a function of (name, index): FNV-1a of the name, then SplitMix64. data/make_reference.py has the same.
inline double uniform(std::string_view name, std::uint64_t index) {
  std::uint64_t key = 0xCBF29CE484222325;
  for (const char letter : name) key = (key ^ static_cast<unsigned char>(letter)) * 0x100000001B3;
  std::uint64_t x = key + index * 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  x ^= x >> 31;
  return static_cast<double>(x >> 40) * 0x1p-23 - 1;
}

/// Weights far from their beginning: attention that prefers, biases and scales that matter.
inline std::vector<float> test_weights(const Config& config) {
  const std::vector<Parameter> table = parameter_table(config);
  std::vector<float> weights(static_cast<std::size_t>(flat_size(table)));
  for (const Parameter& parameter : table) {
    const bool matrix = parameter.shape.size() == 2, scale = !matrix && parameter.name.ends_with(".weight");
    for (std::int64_t i = 0; i < parameter.count; ++i) {
      const double value = uniform(parameter.name, static_cast<std::uint64_t>(i)) * (matrix || scale ? 0.25 : 0.5);
      weights[static_cast<std::size_t>(parameter.offset + i)] = static_cast<float>(scale ? value + 1 : value);
    }
  }
  return weights;
}

/// Tokens and the targets one further on.
struct Sample {
  std::vector<std::uint32_t> tokens, targets;
};

inline Sample sample_tokens(std::string_view name, std::int64_t sequences, std::int64_t context, std::int64_t vocabulary) {
  Sample sample;
  const auto token = [&](std::int64_t i) {
    const double share = uniform(name, static_cast<std::uint64_t>(i)) * 0.5 + 0.5;
    return static_cast<std::uint32_t>(share * static_cast<double>(vocabulary));
  };
  for (std::int64_t s = 0; s < sequences; ++s)
    for (std::int64_t t = 0; t < context; ++t) {
      sample.tokens.push_back(token(s * (context + 1) + t));
      sample.targets.push_back(token(s * (context + 1) + t + 1));
    }
  return sample;
}

/// The chips of this build that run everywhere: the definition, and the processor's.
inline std::vector<std::string> chip_names() {
  std::vector<std::string> names;
  for (const char* name : {"reference", "cpu"})
    if (std::filesystem::exists(std::filesystem::path(DAYBREAK_CHIP_DIR) / ("libdaybreak-chip-" + std::string(name) + ".so")))
      names.push_back(name);
  return names;
}

inline device::Device open_chip(const std::string& name, unsigned threads = 0) {
  device::OpenOptions options;
  options.threads = threads;
  return device::Device::open(name, options, DAYBREAK_CHIP_DIR);
}

/// The folder of real data, or empty where it is absent.
inline std::filesystem::path data_folder() {
  const char* folder = std::getenv("DAYBREAK_DATA");
  return folder && std::filesystem::is_directory(folder) ? std::filesystem::path(folder) : std::filesystem::path();
}

}  // namespace daybreak::model::testing
