// Logits, losses and every gradient against transformers' own models in float64 (data/make_reference.py).
#include <cmath>
#include <cstring>
#include <map>

#include "libcore/io/safetensors.h"
#include "libcore/model/transformer.h"
#include "tests/support/catch.hpp"
#include "tests/unit/model/cases.h"

using namespace daybreak;
using namespace daybreak::model;

namespace {

/// How far a result may be from the truth, as a share of the truth's norm.
struct Budget {
  double logits, loss, gradients;
};
constexpr Budget kF32{1e-5, 1e-5, 1e-5}, kBf16{2e-2, 2e-2, 5e-2}, kF16{2e-2, 2e-2, 5e-2};

template <typename T>
std::vector<T> values_of(const io::Safetensors& file, const std::string& name) {
  const auto& tensor = file.at(name);
  std::vector<T> values(tensor.info.bytes() / sizeof(T));
  file.read(tensor, 0, std::as_writable_bytes(std::span(values)));
  return values;
}

class Reference {
 public:
  explicit Reference(const std::string& name)
      : file_(io::Safetensors::open(std::string(DAYBREAK_SOURCE_DIR) + "/tests/unit/model/data/" + name + ".safetensors")),
        tokens(values_of<std::uint32_t>(file_, "tokens")), targets(values_of<std::uint32_t>(file_, "targets")),
        sequences(static_cast<std::int64_t>(file_.at("tokens").info.shape[0])),
        context(static_cast<std::int64_t>(file_.at("tokens").info.shape[1])), loss(values_of<double>(file_, "loss")[0]) {}

  /// The larger of the relative errors of the kept entries (as one vector) and of the norm.
  double error(const std::string& name, std::span<const float> ours) const {
    const auto index = values_of<std::uint32_t>(file_, name + ":index");
    const auto theirs = values_of<double>(file_, name + ":values");
    double difference = 0, size = 0, square = 0;
    for (std::size_t i = 0; i < index.size(); ++i) {
      REQUIRE(index[i] < ours.size());
      difference += std::pow(ours[index[i]] - theirs[i], 2);
      size += theirs[i] * theirs[i];
    }
    for (const float value : ours) square += static_cast<double>(value) * value;
    const double norm = values_of<double>(file_, name + ":norm")[0];
    REQUIRE(size > 0);
    return std::max(std::sqrt(difference / size), std::abs(std::sqrt(square) - norm) / norm);
  }

 private:
  io::Safetensors file_;

 public:
  std::vector<std::uint32_t> tokens, targets;
  std::int64_t sequences, context;
  double loss;
};

void compare(const Reference& reference, const Config& config, std::span<const float> weights, const std::string& chip,
             const Precision& precision, const Budget& budget) {
  INFO("chip " << chip << ", activations in " << gemm_type_name(precision.activations()));
  device::Device device = testing::open_chip(chip);
  Transformer model(config, device, precision, reference.sequences, reference.context);
  model.set_weights(weights);
  const Loss loss = model.forward(reference.tokens, reference.targets);
  CHECK(loss.tokens == reference.tokens.size() - 4);
  CHECK(std::abs(loss.sum - reference.loss) <= budget.loss * reference.loss);
  CHECK(reference.error("logits", model.logits()) <= budget.logits);
  // Half precision needs a scale, as it does in training.
  const float scale = precision.activations() == DAYBREAK_F16 ? 1024 : 1;
  model.backward(scale);
  std::vector<float> gradients = model.gradients();
  for (float& value : gradients) value /= scale;
  for (const Parameter& parameter : model.parameters()) {
    INFO(parameter.name);
    const auto ours = std::span(gradients).subspan(static_cast<std::size_t>(parameter.offset), static_cast<std::size_t>(parameter.count));
    CHECK(reference.error("gradient:" + parameter.name, ours) <= budget.gradients);
  }
}

void compare_all(const Reference& reference, const Config& config, std::span<const float> weights) {
  for (const std::string& chip : testing::chip_names()) {
    compare(reference, config, weights, chip, Precision::uniform(DAYBREAK_F32), kF32);
    compare(reference, config, weights, chip, Precision::uniform(DAYBREAK_BF16), kBf16);
    compare(reference, config, weights, chip, Precision::uniform(DAYBREAK_F16), kF16);
  }
}

void compare_synthetic(const std::string& name, const Config& config) {
  const Reference reference(name);
  const auto sample = testing::sample_tokens(name + ".tokens", reference.sequences, reference.context, config.vocabulary);
  REQUIRE(sample.tokens == reference.tokens);
  compare_all(reference, config, testing::test_weights(config));
}

void compare_checkpoint(const std::string& name) {
  const auto data = testing::data_folder();
  if (data.empty()) {
    WARN("skipped: DAYBREAK_DATA names no folder");
    return;
  }
  const Config config = read_config(data / "hf" / name);
  compare_all(Reference(name), config, load_weights(data / "hf" / name, config));
}

}  // namespace

TEST_CASE("GPT-2 gives transformers' logits, loss and gradients") {
  compare_synthetic("gpt2", parse_init("gpt2:d=64,layers=4,heads=4,vocab=256,context=64"));
}

TEST_CASE("GPT-2 with its own head, an odd MLP and a context shorter than its positions") {
  compare_synthetic("gpt2_untied", parse_init("gpt2:d=48,layers=2,heads=3,vocab=97,context=50,mlp=100,tied=0,epsilon=1e-4"));
}

TEST_CASE("Llama with grouped queries and its own head gives transformers' logits, loss and gradients") {
  compare_synthetic("llama_untied",
                    parse_init("llama:d=48,layers=3,heads=6,kv_heads=2,mlp=100,vocab=97,context=64,rope_base=500,epsilon=1e-5"));
}

TEST_CASE("a trained Llama checkpoint gives transformers' logits, loss and gradients") {
  compare_checkpoint("stories260K");
}

TEST_CASE("the same in bfloat16 shards") {
  compare_checkpoint("stories260K_bf16_sharded");
}
