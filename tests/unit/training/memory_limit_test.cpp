// How a run is made to fit into the memory that it may take.
#include "libcore/training/memory_limit.h"

#include "libcore/base/error.h"
#include "libcore/training/trainer.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::training;

namespace {

struct Case {
  model::Config config = model::parse_init("gpt2:d=64,layers=4,heads=2,vocab=64,context=64");
  device::Device device = device::Device::open("cpu", {2, {}}, DAYBREAK_CHIP_DIR);
  model::Precision precision = model::Precision::uniform(DAYBREAK_BF16);
  StorageOptions storage;
  BatchOptions batch{8, 64, 0};
  TrainingShape shape() const { return {config, device, precision, storage, batch}; }
  std::size_t bytes(model::Recompute recompute) const { return plan_training(shape(), recompute).total(); }
};

MemoryLimit of(const std::string& recompute, std::size_t bytes) {
  MemoryLimit limit;
  limit.recompute = recompute;
  limit.bytes = static_cast<std::int64_t>(bytes);
  return limit;
}

}  // namespace

TEST_CASE("the plan is what a trainer takes") {
  Case one;
  for (const char* rounding : {"nearest", "stochastic", "kahan"})
    for (const char* moments : {"f32", "bf16"}) {
      one.storage = {rounding, moments};
      OptimizerOptions optimizer;
      optimizer.storage = one.storage;
      const Trainer trainer(one.config, one.device, one.precision, optimizer, one.batch, 1, model::Recompute::block);
      CHECK(trainer.device_bytes() == one.bytes(model::Recompute::block));
    }
}

TEST_CASE("auto computes again as little as the limit allows") {
  const Case one;
  const auto chosen = [&](std::size_t bytes) { return of("auto", bytes).choose(one.shape()).recompute; };
  const std::size_t none = one.bytes(model::Recompute::none), cheap = one.bytes(model::Recompute::gelu_norm),
                    block = one.bytes(model::Recompute::block);
  CHECK(cheap < none);
  CHECK(block < cheap);
  CHECK(chosen(none) == model::Recompute::none);
  CHECK(chosen(none - 1) == model::Recompute::gelu_norm);
  CHECK(chosen(cheap - 1) == model::Recompute::block);
  CHECK(MemoryLimit().choose(one.shape()).recompute == model::Recompute::none);
  CHECK(of("block", none).choose(one.shape()).recompute == model::Recompute::block);
}

TEST_CASE("a copy is counted where checkpoints are written from one") {
  Case one;
  const auto parameters = static_cast<std::uint64_t>(model::flat_size(model::parameter_table(one.config)));
  const auto bytes = [&](StorageOptions storage, Saving saving) {
    one.storage = std::move(storage);
    return copy_bytes(one.shape(), saving);
  };
  for (const StorageOptions& storage : {StorageOptions{"nearest", "f32"},
                                        {"nearest", "bf16"},
                                        {"stochastic", "f32"},
                                        {"stochastic", "bf16"},
                                        {"kahan", "bf16"}}) {
    const std::uint64_t whole = (storage.compensates() ? 16 : 12) * parameters;
    CHECK(bytes(storage, Saving::never) == 0);
    CHECK(bytes(storage, Saving::at_the_end) ==
          (storage.rounding == "nearest" && storage.moments == "f32" ? 0 : whole));
    CHECK(bytes(storage, Saving::early) == whole);
    CHECK(copy_bytes(one.shape(), Saving::never, Start::from_checkpoint) == whole);
  }
}

TEST_CASE("a state that is copied is as large as is said") {
  Case one;
  for (const char* rounding : {"stochastic", "kahan"}) {
    one.storage = {rounding, "bf16"};
    OptimizerOptions optimizer;
    optimizer.storage = one.storage;
    const Trainer trainer(one.config, one.device, one.precision, optimizer, one.batch, 1, model::Recompute::block);
    const TrainingState state = trainer.state();
    const std::size_t numbers =
        state.weights.size() + state.first_moments.size() + state.second_moments.size() + state.compensation.size();
    CHECK(copy_bytes(one.shape(), Saving::at_the_end) == numbers * sizeof(float));
  }
}

TEST_CASE("what does not fit is refused with what would") {
  using Catch::Contains;
  Case one;
  const std::size_t block = one.bytes(model::Recompute::block);
  CHECK_THROWS_WITH(of("none", block).choose(one.shape()),
                    Contains("with --recompute none") && Contains("--recompute block takes"));
  CHECK_THROWS_WITH(of("auto", block - 1).choose(one.shape()),
                    Contains("--mem allows") && Contains("--micro-batch 4 with"));
  one.batch.micro_batch = 1;
  const std::size_t least = one.bytes(model::Recompute::block);
  CHECK_THROWS_WITH(of("auto", least - 1).choose(one.shape()), Contains("--rounding stochastic --moments bf16"));
  CHECK_THROWS_WITH(of("auto", 1).choose(one.shape()), Contains("smaller model"));
  one.storage = {"stochastic", "bf16"};
  one.batch.context = 16;
  const std::size_t shorter = one.bytes(model::Recompute::block);
  one.batch.context = 64;
  CHECK_THROWS_WITH(of("auto", shorter).choose(one.shape()),
                    Contains("--context 16 --rounding stochastic --moments bf16 --micro-batch 1 with"));
  // The context of a run that goes on is that of its checkpoint.
  CHECK_THROWS_WITH(of("auto", shorter).choose(one.shape(), Saving::never, Start::from_checkpoint),
                    Contains("go on with it where there is more memory"));
  try {
    of("auto", 1).choose(one.shape());
  } catch (const Error& failure) {
    CHECK(failure.status() == ExitStatus::resources);
  }
}
