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
        return mlp.loss(x, targets, 0);
      };
      mlp.set_weights(weights);
      const double whole = mlp.loss(x, targets, 2);
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
