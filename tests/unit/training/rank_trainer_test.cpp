// Training as a rank of a job: what all ranks decide alike, what they keep, and how a job goes on as another one.
#include <mutex>

#include "libcore/base/error.h"
#include "libcore/training/checkpoint.h"
#include "libcore/training/memory_limit.h"
#include "tests/support/catch.hpp"
#include "tests/support/rank_job.h"
#include "tests/support/scratch_folder.h"

using namespace daybreak;
using namespace daybreak::training;
using namespace daybreak::test_support;
using Catch::Contains;

namespace {

RankCase three_ranks(const std::string& reduce) {
  RankCase one;
  one.reduce = reduce;
  one.devices = {"cpu", "cpu", "cpu"};
  one.division = {{1, 0, 2}, {2, 1, 0}};
  return one;
}

TrainingState start_of(const RankCase& one) {
  TrainingState state;
  state.weights = model::testing::test_weights(one.config);
  return state;
}

/// What each rank throws; all must.
std::vector<std::string> failures(const RankCase& one, const TrainingState& start,
                                  const std::function<void(Batch&, int rank)>& change) {
  std::vector<std::string> words(one.devices.size());
  run_ranks(one.ranks(), [&](Collectives& ranks) {
    device::Device device = model::testing::open_chip("cpu", 1);
    Trainer trainer(one.config, device, model::Precision::uniform(one.type), {}, one.batch(), 100, model::Recompute::none,
                    Job{.ranks = ranks, .division = one.division, .bucket = one.bucket});
    trainer.restore(start);
    Batch batch = batch_of(one, 1, ranks.rank());
    change(batch, ranks.rank());
    try {
      trainer.step(batch);
    } catch (const Error& failure) {
      words[static_cast<std::size_t>(ranks.rank())] = failure.message();
    }
  });
  return words;
}

}  // namespace

TEST_CASE("each rank keeps the moments of its parts alone, and they are all that the memory plan says") {
  for (const char* rounding : {"nearest", "kahan"})
    for (const char* reduce : {"fast", "exact"}) {
      RankCase one = three_ranks(reduce);
      one.type = DAYBREAK_BF16;
      one.storage.rounding = rounding;
      one.bucket = StateLayout::kBucket;
      std::int64_t moments = 0;
      std::mutex mutex;
      run_ranks(one.ranks(), [&](Collectives& ranks) {
        device::Device device = model::testing::open_chip("cpu", 1);
        const model::Precision precision = model::Precision::uniform(one.type);
        OptimizerOptions optimizer;
        optimizer.storage = one.storage;
        const Trainer trainer(one.config, device, precision, optimizer, one.batch(), 100, model::Recompute::none,
                              Job{.ranks = ranks, .division = one.division, .bucket = one.bucket});
        const TrainingShape shape{one.config, device, precision, one.storage, one.batch(), one.division, ranks.rank()};
        const TrainingState state = trainer.state();
        const std::lock_guard lock(mutex);
        CHECK(trainer.device_bytes() == plan_training(shape, model::Recompute::none).total());
        CHECK(static_cast<std::int64_t>(state.first_moments.size()) == elements_of(state.parts));
        CHECK(state.first_moments.size() == state.second_moments.size());
        CHECK(state.compensation.size() == (one.storage.compensates() ? state.first_moments.size() : 0));
        CHECK((ranks.rank() == 2) == state.parts.empty());
        const std::size_t copied =
            state.weights.size() + 2 * state.first_moments.size() + state.compensation.size();
        CHECK(copy_bytes(shape, Saving::early) == copied * sizeof(float));
        moments += elements_of(state.parts);
      });
      CHECK(moments == model::flat_size(model::parameter_table(one.config)));
    }
}

TEST_CASE("shares that change need no more memory than is planned for them") {
  RankCase one = three_ranks("exact");
  one.division = {{3, 3, 2}, {1, 1, 1}};
  RankCase other = one;
  other.division.micro_batches = {1, 6, 1};
  std::mutex mutex;
  run_ranks(one.ranks(), [&](Collectives& ranks) {
    device::Device device = model::testing::open_chip("cpu", 1);
    const model::Precision precision = model::Precision::uniform(one.type);
    Trainer trainer(one.config, device, precision, {}, one.batch(), 100, model::Recompute::none,
                    Job{.ranks = ranks, .division = one.division});
    trainer.restore(start_of(one));
    trainer.step(batch_of(one, 1, ranks.rank()));
    trainer.divide(other.division.micro_batches);
    trainer.step(batch_of(other, 2, ranks.rank()));
    TrainingShape shape{one.config, device, precision, {}, one.batch(), one.division, ranks.rank()};
    const std::lock_guard lock(mutex);
    if (ranks.rank() == 1) CHECK(trainer.device_bytes() > plan_training(shape, model::Recompute::none).total());
    shape.shares_follow = true;
    CHECK(trainer.device_bytes() <= plan_training(shape, model::Recompute::none).total());
  });
}

TEST_CASE("a rank without micro-batches adds nothing to the sum of the devices") {
  for (const char* third : {"cpu", DAYBREAK_QUEUED_CHIP})
    for (const std::vector<std::int64_t>& micro_batches : {std::vector<std::int64_t>{3, 0, 2}, {0, 3, 2}}) {
      INFO(third << " " << micro_batches[0]);
      RankCase one;
      one.devices = {DAYBREAK_QUEUED_CHIP, DAYBREAK_QUEUED_CHIP, third};
      one.division = {micro_batches, {1, 1, 1}};
      const RankResult by_host = run_job(one);
      one.collectives = DAYBREAK_QUEUED_COLLECTIVES;
      CHECK(distance(run_job(one).state.first_moments, by_host.state.first_moments) < 1e-5);
    }
}

TEST_CASE("where a run diverges all ranks say what the first has found") {
  // An embedding beyond float32, read by one token at one position.
  const model::Config config = model::parse_init("gpt2:d=32,layers=2,heads=2,vocab=64,context=16,tied=0");
  const std::vector<model::Parameter> table = model::parameter_table(config);
  for (const char* reduce : {"fast", "exact"}) {
    RankCase one = three_ranks(reduce);
    one.config = config;
    TrainingState start = start_of(one);
    const auto row = [&](const char* name, std::int64_t index) {
      return static_cast<std::size_t>(model::find_parameter(table, name)->offset + index * config.width);
    };
    start.weights[row("transformer.wte.weight", 63)] = 3e38f;
    start.weights[row("transformer.wpe.weight", 7)] = 3e38f;
    const auto without = [](Batch& batch, int) {
      for (std::uint32_t& token : batch.tokens) token = token == 63 ? 62 : token;
    };
    for (const std::string& words : failures(one, start, without)) CHECK(words == "");
    const std::vector<std::string> found = failures(one, start, [&](Batch& batch, int rank) {
      without(batch, rank);
      if (rank == 2) batch.tokens.back() = 63;
    });
    for (const std::string& words : found)
      CHECK_THAT(words, Contains("diverged at step 1: forward, embedding (transformer.wte): 1 of 256 "));
  }
}

TEST_CASE("a step that overflows is skipped by all ranks") {
  for (const char* reduce : {"fast", "exact"}) {
    RankCase one = three_ranks(reduce);
    one.type = DAYBREAK_F16;
    one.steps = 1;
    TrainingState hot = start_of(one);
    hot.step = 1;
    hot.loss_scale = 0x1p40;
    const RankResult ran = run_job(one, hot);
    for (const auto& reports : ran.reports) {
      CHECK(reports[0].skipped);
      CHECK(reports[0].loss == ran.reports[0][0].loss);
    }
    CHECK(ran.state.loss_scale == 0x1p39);
    CHECK(ran.state.weights == hot.weights);
  }
}

TEST_CASE("exact: a job that goes on as another one, or divides its micro-batches anew, changes no bit") {
  const test_support::ScratchFolder scratch;
  RankCase one;
  one.reduce = "exact";
  one.division = {{6}, {1}};
  one.steps = 4;
  const RankResult whole = run_job(one);
  RankCase first = one, second = one;
  first.devices = {"cpu", "cpu"};
  first.division = {{5, 1}, {1, 3}};
  second.devices = {"cpu", "cpu", "cpu"};
  second.division = {{0, 2, 4}, {1, 0, 1}};
  first.steps = second.steps = 2;
  const RankResult half = run_job(first);
  CHECK(half.reports[1][1].loss == whole.reports[0][1].loss);
  const RankResult resumed = run_job(second, half.state);
  CHECK(resumed.reports[2][1].loss == whole.reports[0][3].loss);
  CHECK(resumed.state.weights == whole.state.weights);
  CHECK(resumed.state.first_moments == whole.state.first_moments);
  CHECK(resumed.state.second_moments == whole.state.second_moments);

  std::vector<float> weights;
  std::mutex mutex;
  run_ranks(3, [&](Collectives& ranks) {
    device::Device device = model::testing::open_chip("cpu", 1);
    OptimizerOptions optimizer;
    optimizer.seed = 5;
    optimizer.epsilon = 1e-2;
    Trainer trainer(one.config, device, {}, optimizer, one.batch(), 100, model::Recompute::none, Job{ranks, second.division});
    trainer.restore(start_of(one));
    const std::vector<std::vector<std::int64_t>> divisions{{0, 2, 4}, {4, 1, 1}, {0, 6, 0}, {2, 2, 2}};
    for (std::int64_t step = 1; step <= 4; ++step) {
      RankCase now = second;
      now.division.micro_batches = divisions[static_cast<std::size_t>(step - 1)];
      trainer.divide(now.division.micro_batches);
      trainer.step(batch_of(now, step, ranks.rank()));
    }
    if (ranks.rank() == 1) weights = trainer.model().weights();
    const std::lock_guard lock(mutex);
    CHECK_THROWS_WITH(trainer.divide({1, 1, 1}), Contains("expected 6 micro-batches, found 3"));
  });
  CHECK(weights == whole.state.weights);
}

TEST_CASE("a batch that is not a rank's share, and moments that are not its parts, are mistakes") {
  const RankCase one = three_ranks("fast");
  for (const std::string& said : failures(one, start_of(one), [](Batch& batch, int) { batch.targets.push_back(0); }))
    CHECK_THAT(said, Contains("micro-batches of 8 tokens, found "));
  device::Device device = model::testing::open_chip("cpu", 1);
  Trainer trainer(one.config, device, {}, {}, one.batch(), 100);
  TrainingState state = start_of(one);
  state.first_moments = state.second_moments = {1, 2};
  state.parts = {{0, 2}};
  CHECK_THROWS_WITH(trainer.restore(state), Contains("expected moments of this rank's parts"));
  std::mutex mutex;
  run_ranks(2, [&](Collectives& ranks) {
    device::Device own = model::testing::open_chip("cpu", 1);
    const std::lock_guard lock(mutex);
    CHECK_THROWS_WITH(Trainer(one.config, own, {}, {}, one.batch(), 100, model::Recompute::none, Job{ranks, one.division}),
                      Contains("expected 2 shares of the micro-batches"));
  });
}
