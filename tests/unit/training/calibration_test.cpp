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

/// A job of which only the number of ranks is ever asked.
class Counted : public Collectives {
 public:
  explicit Counted(int size) : size_(size) {}
  int rank() const override { return 0; }
  int size() const override { return size_; }
  std::string description() const override { return "counted"; }
  void all_gather(std::span<const std::byte>, std::span<std::byte>) override { FAIL("something was measured"); }
  void broadcast(std::span<std::byte>, int) override { FAIL("something was measured"); }
  void exchange(std::span<const float* const>, std::span<const std::int64_t>, std::span<const Range>, const Take&) override {
    FAIL("something was measured");
  }
  void share(std::span<std::byte>, std::span<const Range>) override { FAIL("something was measured"); }

 private:
  int size_;
};

ShareOptions named(const std::string& text) {
  ShareOptions options;
  options.shares = text;
  return options;
}

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
  std::vector<DivisionPlan> plans(2);
  test_support::run_ranks(2, [&](Collectives& ranks) {
    Small small;
    const auto rank = static_cast<std::size_t>(ranks.rank());
    plans[rank] = planned_division(ShareOptions(), small.task(rank == 0 ? 1 : 400), ranks);
  });
  CHECK(plans[0].division.micro_batches == plans[1].division.micro_batches);
  CHECK(plans[0].division.state == plans[1].division.state);
  CHECK(plans[0].division.micro_batches[0] > plans[0].division.micro_batches[1]);
  REQUIRE(plans[1].paces.size() == 2);
  CHECK(plans[0].paces[1].each_s == plans[1].paces[1].each_s);
}

TEST_CASE("a job of one and shares with a name measure nothing") {
  Small small;
  small.weights.clear();  // measuring would fail
  Self self;
  const DivisionPlan one = planned_division(ShareOptions(), small.task(), self);
  CHECK(one.division.micro_batches == std::vector<std::int64_t>{4});
  CHECK(one.paces.empty());
  Counted three(3);
  const DivisionPlan equal = planned_division(named("equal"), small.task(), three);
  CHECK(equal.division.micro_batches == std::vector<std::int64_t>{2, 1, 1});
  CHECK(equal.division.state == std::vector<double>{1, 1, 1});
  CHECK(equal.paces.empty());
  CHECK(planned_division(named("0,3,1"), small.task(), three).division.micro_batches == std::vector<std::int64_t>{0, 3, 1});
}
