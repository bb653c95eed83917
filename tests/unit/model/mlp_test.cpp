// The perceptron: its gradients against differences of its loss, its files, its --init.
#include "libcore/model/mlp.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

using namespace daybreak;
using namespace daybreak::model;

namespace {

MlpConfig small(MlpTask task) {
  MlpConfig config;
  config.task = task;
  config.inputs = 5;
  config.outputs = task == MlpTask::classes ? 3 : 2;
  config.hidden = {7, 4};
  if (task == MlpTask::classes) config.class_values = {-1, 0, 4};
  return config;
}

std::vector<float> drawn(std::size_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

/// The outputs of one sample, in double.
std::vector<double> layers(const MlpConfig& config, const std::vector<float>& weights, std::span<const float> x) {
  const std::vector<Parameter> table = parameter_table(config);
  std::vector<double> in(x.begin(), x.end());
  for (std::size_t layer = 0; 2 * layer < table.size(); ++layer) {
    const auto weight = static_cast<std::size_t>(table[2 * layer].offset),
               bias = static_cast<std::size_t>(table[2 * layer + 1].offset);
    std::vector<double> out(static_cast<std::size_t>(table[2 * layer + 1].count));
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = weights[bias + i];
      for (std::size_t j = 0; j < in.size(); ++j)
        out[i] += static_cast<double>(weights[weight + i * in.size() + j]) * in[j];
      if (2 * layer + 2 == table.size()) continue;
      out[i] *= 0.5 * (1 + std::tanh(std::sqrt(2 / M_PI) * (out[i] + 0.044715 * out[i] * out[i] * out[i])));
    }
    in = out;
  }
  return in;
}

double cross_entropy(const std::vector<double>& logits, std::size_t at) {
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit - logits[at]);
  return std::log(sum);
}

double mean_square(const std::vector<double>& outputs, std::span<const float> values) {
  double sum = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) sum += std::pow(outputs[i] - static_cast<double>(values[i]), 2);
  return sum / static_cast<double>(outputs.size());
}

}  // namespace

TEST_CASE("the gradients of a perceptron are the slopes of its loss, on every chip") {
  for (const char* chip : {"reference", "cpu"})
    for (const MlpTask task : {MlpTask::classes, MlpTask::values}) {
      device::Device device = device::Device::open(chip, {2, {}}, DAYBREAK_CHIP_DIR);
      const MlpConfig config = small(task);
      Mlp mlp(config, device, DAYBREAK_F32, 6);
      std::vector<float> weights = initial_weights(config, 3);
      for (const Parameter& one : parameter_table(config))
        for (std::int64_t i = 0; i < one.count; ++i)
          weights[static_cast<std::size_t>(one.offset + i)] += 0.05f * static_cast<float>(i % 5);
      const std::vector<float> x = drawn(6 * 5, 1), values = drawn(6 * 2, 2);
      const std::vector<std::uint32_t> classes{0, 2, 1, 1, 0, 2};
      const MlpTargets targets{classes, values};
      const auto loss = [&](const std::vector<float>& at) {
        mlp.set_weights(at);
        mlp.forward(x);
        return mlp.loss(targets, 0);
      };
      mlp.set_weights(weights);
      mlp.forward(x);
      const double whole = mlp.loss(targets, 2);
      const std::vector<float> gradients = mlp.gradients();
      CHECK_THAT(loss(weights), Catch::Matchers::WithinRel(whole, 1e-6));
      for (const Parameter& one : parameter_table(config))
        for (std::int64_t i = 0; i < one.count; ++i) {
          const auto at = static_cast<std::size_t>(one.offset + i);
          std::vector<float> more = weights, less = weights;
          more[at] += 1e-2f;
          less[at] -= 1e-2f;
          const double slope =
              2 * (loss(more) - loss(less)) / (static_cast<double>(more[at]) - static_cast<double>(less[at]));
          INFO(chip << " " << one.name << " " << i);
          CHECK_THAT(gradients[at], Catch::Matchers::WithinAbs(slope, 4e-3 * (std::fabs(slope) + 1)));
        }
    }
}

TEST_CASE("the loss of a perceptron is that of its outputs, and the outputs are those of its layers") {
  for (const char* chip : {"reference", "cpu"})
    for (const MlpTask task : {MlpTask::classes, MlpTask::values}) {
      INFO(chip << " " << task_name(task));
      device::Device device = device::Device::open(chip, {2, {}}, DAYBREAK_CHIP_DIR);
      const MlpConfig config = small(task);
      Mlp mlp(config, device, DAYBREAK_F32, 6);
      const std::vector<float> weights = drawn(static_cast<std::size_t>(mlp.flat_size()), 4), x = drawn(4 * 5, 1),
                               values = drawn(4 * 2, 2);
      const std::vector<std::uint32_t> classes{0, 2, 1, 1};
      mlp.set_weights(weights);
      mlp.forward(x);  // fewer rows than there is room for
      const std::vector<float> outputs = mlp.outputs();
      double sum = 0;
      for (std::size_t row = 0; row < 4; ++row) {
        const std::vector<double> want = layers(config, weights, std::span(x).subspan(5 * row, 5));
        for (std::size_t i = 0; i < want.size(); ++i)
          CHECK_THAT(outputs[want.size() * row + i], Catch::Matchers::WithinAbs(want[i], 1e-4));
        sum += task == MlpTask::classes ? cross_entropy(want, classes[row])
                                        : mean_square(want, std::span(values).subspan(2 * row, 2));
      }
      CHECK_THAT(mlp.loss({classes, values}, 0), Catch::Matchers::WithinRel(sum, 1e-5));
    }
}

TEST_CASE("a perceptron is read back as it was written, and damage is told of by name") {
  const test_support::ScratchFolder scratch;
  const std::filesystem::path& folder = scratch.path();
  for (const MlpTask task : {MlpTask::classes, MlpTask::values}) {
    const MlpConfig config = small(task);
    MlpScaling scaling;
    scaling.input_offset = drawn(5, 1);
    scaling.input_factor = drawn(5, 2);
    scaling.output_offset = drawn(static_cast<std::size_t>(config.outputs), 3);
    scaling.output_factor = drawn(static_cast<std::size_t>(config.outputs), 4);
    const std::vector<float> weights = initial_weights(config, 9);
    save_mlp(folder, config, scaling, weights);
    CHECK(is_mlp_directory(folder));
    const SavedMlp found = load_mlp(folder);
    CHECK(found.config == config);
    CHECK(found.weights == weights);
    CHECK(found.scaling.input_factor == scaling.input_factor);
    CHECK(found.scaling.output_offset == scaling.output_offset);
  }
  std::ofstream(folder / "config.json")
      << R"({"model_type":"daybreak-mlp","task":"values","inputs":6,"hidden_sizes":[7,4],"outputs":2})";
  CHECK_THROWS_WITH(load_mlp(folder), Catch::Matchers::Contains("layers.0.weight"));
  std::ofstream(folder / "config.json")
      << R"({"model_type":"daybreak-mlp","task":"values","inputs":-6,"hidden_sizes":[7,4],"outputs":2})";
  CHECK_THROWS_WITH(load_mlp(folder), Catch::Matchers::Contains("from 1 to 2^24"));
}

TEST_CASE("the text of --init") {
  CHECK(is_mlp_spec("mlp"));
  CHECK(is_mlp_spec("mlp:hidden=3"));
  CHECK_FALSE(is_mlp_spec("mlpx"));
  const MlpSpec spec = parse_mlp_spec("mlp:hidden=30,layers=1,task=values");
  CHECK(spec.hidden == 30);
  CHECK(spec.layers == 1);
  CHECK(spec.task == MlpTask::values);
  CHECK(parse_mlp_spec("mlp").hidden == 512);
  for (const char* bad : {"mlp:hidden=0", "mlp:width=3", "mlp:hidden=1,hidden=2", "mlp:task=both", "mlp:layers=-1"})
    CHECK_THROWS_AS(parse_mlp_spec(bad), Error);
}
