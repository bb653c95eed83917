// What a rank measures of itself, on a small model.
#include "libcore/training/calibration.h"

#include "libcore/model/parameters.h"
#include "libcore/training/collectives/self/self.h"
#include "tests/support/catch.hpp"
#include "tests/support/thread_ranks.h"

using namespace daybreak;
using namespace daybreak::training;

namespace {

struct Small {
  model::Config config = model::parse_init("gpt2:d=32,layers=2,heads=2,vocab=64,context=16");
  device::Device device = device::Device::open("cpu", {1, {}}, DAYBREAK_CHIP_DIR);
  model::Precision precision = model::Precision::uniform(DAYBREAK_F32);
  OptimizerOptions optimizer;
  std::vector<float> weights = model::initial_weights(config, 1);

  CalibrationTask task(double slowdown = 1) {
    Slowdown slower;
    slower.factor = slowdown;
    return {.config = config,
            .device = device,
            .precision = precision,
            .optimizer = optimizer,
            .batch = {8, 16, 2},
            .weights = weights,
            .slowdown = slower,
            .time_s = 0.02};
  }
};

}  // namespace

TEST_CASE("a pace has all that a plan needs") {
  Small small;
  Self self;
  CalibrationTask task = small.task();
  task.state_room_bytes = 123;
  const std::vector<RankPace> paces = measured_paces(task, self);
  REQUIRE(paces.size() == 1);
  CHECK(paces[0].each_s > 0);
  CHECK(paces[0].fixed_s >= 0);
  CHECK(paces[0].hand_over_s > 0);
  CHECK(paces[0].whole_update_s > 0);
  CHECK(paces[0].state_room_bytes == 123);
  CHECK(paces[0].most_micro_batches > 8);
}

TEST_CASE("a slowed rank measures that it is slower") {
  Small small;
  Self self;
  const double plain = measured_paces(small.task(), self)[0].each_s;
  // Four hundred times: no other load of a machine makes a difference like this one.
  CHECK(measured_paces(small.task(400), self)[0].each_s > 5 * plain);
}

TEST_CASE("the slower of two ranks gets the smaller share, and both plan the same") {
  std::vector<std::vector<RankPace>> paces(2);
  std::vector<Division> divisions(2);
  test_support::run_ranks(2, [&](Collectives& ranks) {
    Small small;
    const auto rank = static_cast<std::size_t>(ranks.rank());
    paces[rank] = measured_paces(small.task(rank == 0 ? 1 : 400), ranks);
    divisions[rank] = best_division(paces[rank], 4, 1000);
  });
  CHECK(divisions[0].micro_batches == divisions[1].micro_batches);
  CHECK(divisions[0].state == divisions[1].state);
  CHECK(divisions[0].micro_batches[0] > divisions[0].micro_batches[1]);
  REQUIRE(paces[1].size() == 2);
  CHECK(paces[0][1].each_s == paces[1][1].each_s);
}
