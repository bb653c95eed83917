// A step of training: against PyTorch, against itself in other parts, on other threads and after a break.
#include "libcore/training/trainer.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "kernels/common/philox.h"
#include "libcore/base/error.h"
#include "libcore/io/json.h"
#include "libcore/training/checkpoint.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

using namespace daybreak;
using namespace daybreak::training;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

device::Device open_device(unsigned threads = 2) {
  return device::Device::open("cpu", {threads, {}}, DAYBREAK_CHIP_DIR);
}

const model::Config& tiny() {
  static const model::Config config = model::parse_init("gpt2:d=32,layers=2,heads=2,vocab=64,context=16");
  return config;
}

Batch made_up(std::int64_t step, const BatchOptions& options) {
  const auto count = static_cast<std::size_t>(options.batch * options.context);
  Batch batch{step, {}, {}};
  for (std::size_t i = 0; i < count; ++i) {
    const auto words = kernels::philox_block(11, static_cast<std::uint64_t>(step), i);
    batch.tokens.push_back(words[0] % 64);
    batch.targets.push_back(words[1] % 8);
  }
  return batch;
}

TrainingState fresh() {
  TrainingState state;
  state.weights = model::initial_weights(tiny(), 3);
  return state;
}

struct Ran {
  TrainingState state;
  std::vector<StepReport> reports;
};

/// `count` steps from `state` on.
Ran run(const TrainingState& state, std::int64_t count, const BatchOptions& options,
        const model::Precision& precision = {}, unsigned threads = 2, const StorageOptions& storage = {}) {
  device::Device device = open_device(threads);
  OptimizerOptions optimizer;
  optimizer.storage = storage;
  optimizer.seed = 5;
  optimizer.learning_rate = 1e-2;
  optimizer.warmup_steps = 2;
  Trainer trainer(tiny(), device, precision, optimizer, options, 8);
  trainer.restore(state);
  Ran ran;
  for (std::int64_t i = 1; i <= count; ++i) ran.reports.push_back(trainer.step(made_up(state.step + i, options)));
  ran.state = trainer.state();
  return ran;
}

double relative_distance(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
    size += std::pow(static_cast<double>(a[i]), 2);
  }
  return std::sqrt(difference / size);
}

void check_equal(const TrainingState& a, const TrainingState& b) {
  CHECK(a.step == b.step);
  CHECK(a.tokens == b.tokens);
  CHECK(a.loss_scale == b.loss_scale);
  CHECK(a.weights == b.weights);
  CHECK(a.first_moments == b.first_moments);
  CHECK(a.second_moments == b.second_moments);
  CHECK(a.compensation == b.compensation);
}

constexpr BatchOptions kBatch{8, 16, 0};

}  // namespace

TEST_CASE("AdamW after clipping agrees with PyTorch") {
  std::ifstream file(DAYBREAK_SOURCE_DIR "/tests/unit/training/adamw_reference.json");
  std::stringstream text;
  text << file.rdbuf();
  const io::Json reference = io::Json::parse(text.str(), "adamw_reference.json");
  // A matrix of 12 that decays and a vector of 5 that does not, each padded to 32.
  std::vector<model::Parameter> table(2);
  table[0] = {"m.weight", {3, 4}, 0, 12, model::Role::projection, -1, true};
  table[1] = {"m.bias", {5}, 32, 5, model::Role::bias, -1, false};
  const auto flat = [](const io::Json& tensors) {
    std::vector<float> values(64);
    for (std::size_t i = 0; i < 12; ++i) values[i] = static_cast<float>(tensors.at(0).at(i).as_double());
    for (std::size_t i = 0; i < 5; ++i) values[32 + i] = static_cast<float>(tensors.at(1).at(i).as_double());
    return values;
  };

  device::Device device = open_device();
  OptimizerOptions options;  // betas 0.9 and 0.95, epsilon 1e-8, decay 0.1, clip 1: as in the script
  AdamW adamw(device, table, options);
  device::Buffer weights = device.upload<float>(flat(reference.at("start")));
  std::int64_t number = 0;
  for (const io::Json& step : reference.at("steps").as_array()) {
    const device::Buffer gradient = device.upload<float>(flat(step.at("gradients")));
    const GradientNorm norm = gradient_norm(device, gradient.as<float>(), 64, 1);
    CHECK(norm.finite);
    CHECK_THAT(norm.norm, WithinRel(step.at("norm").as_double(), 1e-7));
    adamw.step({weights.as<float>(), gradient.as<float>(), nullptr, DAYBREAK_F32, step.at("lr").as_double(),
                clip_factor(norm.norm, options.clip), ++number});
    const std::vector<float> expected = flat(step.at("weights")), found = weights.to_host<float>();
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK_THAT(found[i], WithinAbs(expected[i], 1e-6));
  }
  CHECK(number == 4);
}

TEST_CASE("the global norm is clipped") {
  CHECK(clip_factor(4, 1) == 0.25);
  CHECK(clip_factor(0.5, 1) == 1);
  CHECK(clip_factor(1e9, 0) == 1);
  device::Device device = open_device();
  const std::vector<float> gradient{3, 0, -4, INFINITY};
  const device::Buffer buffer = device.upload<float>(gradient);
  CHECK_THAT(gradient_norm(device, buffer.as<float>(), 3, 0.5).norm, WithinAbs(2.5, 1e-12));
  CHECK_FALSE(gradient_norm(device, buffer.as<float>(), 4, 1).finite);
}

TEST_CASE("a model learns what is put before it") {
  const Ran ran = run(fresh(), 8, kBatch);
  CHECK_THAT(ran.reports[0].loss, WithinAbs(std::log(64.0), 0.1));  // fresh weights know nothing
  CHECK(ran.reports[7].loss < 0.8 * ran.reports[0].loss);           // the targets are but 8 of the 64 tokens
  CHECK(ran.state.tokens == 8 * 8 * 16);
  CHECK(ran.reports[0].gradient_norm > 0);
  CHECK(ran.reports[7].learning_rate == 0);
}

TEST_CASE("micro-batches add up to the whole batch") {
  const Ran whole = run(fresh(), 1, kBatch);
  const Ran parts = run(fresh(), 1, {8, 16, 2});
  CHECK_THAT(parts.reports[0].loss, WithinRel(whole.reports[0].loss, 1e-7));
  CHECK_THAT(parts.reports[0].gradient_norm, WithinRel(whole.reports[0].gradient_norm, 1e-6));
  // After one step the first moment is the clipped gradient times 1 - beta1.
  CHECK(relative_distance(whole.state.first_moments, parts.state.first_moments) < 1e-6);
}

TEST_CASE("a break and a checkpoint on disk change no byte") {
  const test_support::ScratchFolder scratch;
  const std::filesystem::path& folder = scratch.path();
  for (const daybreak_dtype type : {DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F16}) {
    const model::Precision precision = model::Precision::uniform(type);
    const Ran whole = run(fresh(), 7, kBatch, precision);
    const Ran first = run(fresh(), 3, kBatch, precision);
    io::Json identity;
    identity["seed"] = 3;
    write_checkpoint(folder, {tiny(), first.state.view(), identity, {}});
    const Checkpoint kept = read_checkpoint(folder);
    CHECK(kept.config == tiny());
    CHECK(kept.identity == identity);
    check_equal(kept.state, first.state);
    check_equal(run(kept.state, 4, kBatch, precision).state, whole.state);
  }
}

TEST_CASE("narrow weights and moments: learning, resumed and on other threads, byte for byte") {
  const test_support::ScratchFolder scratch;
  const std::filesystem::path& folder = scratch.path();
  const model::Precision bf16 = model::Precision::uniform(DAYBREAK_BF16);
  const Ran wide = run(fresh(), 8, kBatch, bf16);
  for (const char* rounding : {"nearest", "stochastic", "kahan"})
    for (const char* moments : {"f32", "bf16"}) {
      INFO(rounding << " " << moments);
      const StorageOptions storage{rounding, moments};
      const Ran whole = run(fresh(), 8, kBatch, bf16, 2, storage), first = run(fresh(), 3, kBatch, bf16, 2, storage);
      CHECK_THAT(whole.reports[7].loss, WithinAbs(wide.reports[7].loss, 0.05));
      CHECK((whole.state.weights == wide.state.weights) == (storage.master_weights() && !storage.narrow_moments()));
      CHECK(first.state.compensation.empty() != storage.compensates());
      check_equal(run(fresh(), 8, kBatch, bf16, 1, storage).state, whole.state);
      write_checkpoint(folder, {tiny(), first.state.view(), io::Json::object(), {}});
      check_equal(run(read_checkpoint(folder).state, 5, kBatch, bf16, 2, storage).state, whole.state);
    }
}

TEST_CASE("one thread and two give the same bytes") {
  for (const daybreak_dtype type : {DAYBREAK_F32, DAYBREAK_BF16}) {
    const model::Precision precision = model::Precision::uniform(type);
    check_equal(run(fresh(), 3, kBatch, precision, 1).state, run(fresh(), 3, kBatch, precision, 2).state);
  }
}

TEST_CASE("half precision is scaled, and steps that overflow are skipped") {
  const model::Precision half = model::Precision::uniform(DAYBREAK_F16);
  CHECK(needs_loss_scale(half));
  CHECK_FALSE(needs_loss_scale(model::Precision::uniform(DAYBREAK_BF16)));
  TrainingState hot = fresh();
  hot.step = 1;  // else the scale of the state is not taken over
  hot.loss_scale = 0x1p40;
  hot.first_moments.assign(hot.weights.size(), 0);
  hot.second_moments.assign(hot.weights.size(), 0);
  const Ran skipped = run(hot, 1, kBatch, half);
  CHECK(skipped.reports[0].skipped);
  CHECK(skipped.state.weights == hot.weights);
  CHECK(skipped.state.loss_scale == 0x1p39);
  CHECK(skipped.state.skipped == 1);
  const Ran scaled = run(fresh(), 1, kBatch, half), plain = run(fresh(), 1, kBatch);
  CHECK_FALSE(scaled.reports[0].skipped);
  CHECK(scaled.reports[0].loss_scale == 65536);
  CHECK_THAT(scaled.reports[0].gradient_norm, WithinRel(plain.reports[0].gradient_norm, 0.02));
}

TEST_CASE("weights that are not finite end the run with a reason") {
  TrainingState broken = fresh();
  broken.weights[0] = NAN;
  broken.weights[64 * 32 - 1] = NAN;
  broken.step = 6;
  broken.loss_scale = 1;  // half precision has no smaller one to try
  for (const daybreak_dtype type : {DAYBREAK_F32, DAYBREAK_F16})
    try {
      run(broken, 1, kBatch, model::Precision::uniform(type));
      FAIL("expected an error");
    } catch (const Error& failure) {
      CHECK(failure.status() == ExitStatus::negative);
      CHECK_THAT(failure.message(),
                 Catch::Matchers::Contains("diverged at step 7: forward, weights (transformer.wte): 2 of 2048 "));
    }
}

TEST_CASE("a divergence is found in whichever micro-batch it begins") {
  const model::Config config = model::parse_init("gpt2:d=32,layers=2,heads=2,vocab=64,context=16,tied=0");
  const std::vector<model::Parameter> table = model::parameter_table(config);
  TrainingState state;
  state.weights = model::initial_weights(config, 3);
  // Token 63 at the last position, and nothing else, has an embedding beyond float32: 3e38 + 3e38.
  const std::int64_t width = config.width;
  const auto row = [&](const char* name, std::int64_t index) {
    return static_cast<std::size_t>(model::find_parameter(table, name)->offset + index * width);
  };
  state.weights[row("transformer.wte.weight", 63)] = 3e38f;
  state.weights[row("transformer.wpe.weight", 15)] = 3e38f;
  BatchOptions halves = kBatch;
  halves.micro_batch = halves.batch / 2;
  Batch batch = made_up(1, halves);
  for (std::uint32_t& token : batch.tokens) token = token == 63 ? 62 : token;
  device::Device device = open_device();
  const auto step = [&] {
    Trainer trainer(config, device, {}, {}, halves, 10);
    trainer.restore(state);
    return trainer.step(batch);
  };
  CHECK_NOTHROW(step());
  batch.tokens.back() = 63;
  CHECK_THROWS_WITH(step(), Catch::Matchers::Contains("diverged at step 1: forward, embedding (transformer.wte): 1 of " +
                                                      std::to_string(halves.micro_batch * 16 * width)));
}

TEST_CASE("a damaged checkpoint is refused by name") {
  const test_support::ScratchFolder scratch;
  const std::filesystem::path& folder = scratch.path();
  TrainingState state = fresh();
  state.first_moments = state.second_moments = state.weights;
  const io::Json identity = io::Json::object();
  write_checkpoint(folder, {tiny(), state.view(), identity, {}});
  std::ofstream(folder / "state.json") << R"({"schema":"daybreak.train-state/2"})";
  CHECK_THROWS_WITH(read_checkpoint(folder), Catch::Matchers::Contains("state.json"));
  write_checkpoint(folder, {tiny(), state.view(), identity, {}});
  std::filesystem::resize_file(folder / "optimizer.safetensors", 5000);
  CHECK_THROWS_WITH(read_checkpoint(folder), Catch::Matchers::Contains("optimizer.safetensors"));
}
