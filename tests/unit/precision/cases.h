#pragma once
// Profiles and models that several tests use.
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <random>
#include <string>

#include <unistd.h>

#include "libcore/base/log.h"
#include "libcore/base/stop.h"
#include "libcore/device/device.h"
#include "libcore/precision/profile.h"

namespace daybreak::precision {

class NoProgress : public ProgressSink {
 public:
  void begin(std::string_view, std::uint64_t, std::string_view) override {}
  void advance(std::uint64_t) override {}
};

inline const StopToken kStop;

inline std::filesystem::path scratch_file(const std::string& name) {
  return std::filesystem::temp_directory_path() / ("daybreak-precision-" + std::to_string(getpid()) + "-" + name);
}

inline device::Device open_cpu(unsigned threads = 1) {
  return device::Device::open("cpu", {threads, {}}, DAYBREAK_CHIP_DIR);
}

/// The folder of real data, or nothing.
inline std::optional<std::filesystem::path> data_folder() {
  const char* folder = std::getenv("DAYBREAK_DATA");
  if (folder == nullptr || !std::filesystem::exists(folder)) return std::nullopt;
  return folder;
}

/// Two layers' worth of a llama's tensors with numbers that have no meaning; every one differs.
inline Profile made_up_profile() {
  using enum NumberFormat;
  Profile profile;
  profile.architecture = "llama";
  profile.weights_xxh3 = "00112233445566ff";
  profile.tied = {{"lm_head.weight", "model.embed_tokens.weight"}};
  profile.tokens_xxh3 = "ff00112233445566";
  profile.device = "cpu:0";
  profile.sequences = 5;
  profile.context = 8;
  profile.labels = 2;
  profile.seed = 18446744073709551615u;
  profile.formats = {f32, f16, bf16, f8_e4m3};
  profile.loss = 1.25;
  struct Shape {
    const char *name, *role, *group;
    std::vector<std::uint64_t> shape;
  };
  const std::string layer = "model.layers.0.";
  const Shape shapes[] = {{"model.embed_tokens.weight", "token_embedding", "model.embed_tokens.weight", {16, 8}},
                          {"model.layers.0.input_layernorm.weight", "norm", "model.layers.0.input_layernorm.weight", {8}},
                          {"model.layers.0.self_attn.q_proj.weight", "projection", "model.layers.0.self_attn.qkv", {8, 8}},
                          {"model.layers.0.self_attn.k_proj.weight", "projection", "model.layers.0.self_attn.qkv", {4, 8}},
                          {"model.layers.0.self_attn.v_proj.weight", "projection", "model.layers.0.self_attn.qkv", {4, 8}},
                          {"model.layers.0.mlp.down_proj.weight", "residual_projection", "model.layers.0.mlp.down_proj.weight", {8, 24}}};
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (const Shape& shape : shapes) {
    ProfiledTensor& tensor = profile.tensors.emplace_back();
    tensor.name = shape.name;
    tensor.module = tensor.name.substr(0, tensor.name.rfind('.'));
    tensor.role = shape.role;
    tensor.group = shape.group;
    tensor.layer = tensor.name.starts_with(layer) ? 0 : -1;
    tensor.shape = shape.shape;
    tensor.count = 1;
    for (const std::uint64_t extent : shape.shape) tensor.count *= static_cast<std::int64_t>(extent);
    tensor.gemm = tensor.role != "norm";
    tensor.sum_gradient_norm = uniform(random);
    tensor.loss_gradient_norm = uniform(random);
    tensor.range.largest = 1 + uniform(random);
    tensor.range.smallest = uniform(random);
    tensor.range.sum_squares = static_cast<double>(tensor.count) * uniform(random);
    tensor.range.histogram[126] = static_cast<std::uint64_t>(tensor.count - 1);
    tensor.range.zeros = 1;
    tensor.effects.resize(profile.formats.size());
    for (std::size_t f = 1; f < profile.formats.size(); ++f)
      tensor.effects[f] = {1, 1e-6 * uniform(random), uniform(random) - 0.5, uniform(random), {0, 1, 2}};
    profile.parameters += static_cast<std::uint64_t>(tensor.count);
  }
  constexpr double kSizes[] = {0, 1e-4, 1e-3, 1e-2};  // of the formats' damage
  for (std::int64_t sample = 0; sample < profile.sequences * profile.labels; ++sample)
    for (std::size_t t = 0; t < profile.tensors.size(); ++t)
      for (std::size_t f = 0; f < profile.formats.size(); ++f) {
        profile.directional.push_back(kSizes[f] * (uniform(random) - 0.5));
        profile.diagonal.push_back(kSizes[f] * kSizes[f] * uniform(random));
      }
  return profile;
}

}  // namespace daybreak::precision
