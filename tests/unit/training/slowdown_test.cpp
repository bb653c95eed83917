// A rank that is made slower learns the same.
#include "libcore/training/slowdown.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "libcore/model/parameters.h"
#include "libcore/training/collectives/self/self.h"
#include "libcore/training/made_up_batch.h"
#include "libcore/training/trainer.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::training;

namespace {

constexpr std::int64_t kSteps = 10;

/// The seconds of the quickest step, which little disturbs, and the loss of the last one.
std::pair<double, double> trained(double slowdown) {
  const model::Config config = model::parse_init("gpt2:d=32,layers=2,heads=2,vocab=64,context=16");
  device::Device device = device::Device::open("cpu", {1, {}}, DAYBREAK_CHIP_DIR);
  Slowdown slower;
  slower.factor = slowdown;
  Self self;
  Trainer trainer(config, device, {}, {}, {4, 16, 2}, kSteps, model::Recompute::none, Job{self, {{2}, {1}}, slower});
  TrainingState state;
  state.weights = model::initial_weights(config, 3);
  trainer.restore(state);
  std::pair<double, double> found{std::numeric_limits<double>::infinity(), 0};
  for (std::int64_t step = 1; step <= kSteps; ++step) {
    const StepReport report = trainer.step(made_up_batch(step, 4, 16, 64));
    found = {std::min(found.first, report.computed_s), report.loss};
  }
  return found;
}

}  // namespace

TEST_CASE("a slowed rank takes longer and learns the same") {
  const auto [plain_s, plain_loss] = trained(1);
  const auto [slow_s, slow_loss] = trained(40);
  CHECK(plain_s > 0);
  CHECK(slow_s > 5 * plain_s);
  CHECK(slow_loss == plain_loss);
}

TEST_CASE("it may begin later") {
  Slowdown slowdown;
  slowdown.factor = 3;
  CHECK(slowdown.at(1).factor == 3);
  slowdown.first_step = 7;
  CHECK(slowdown.at(6).factor == 1);
  CHECK(slowdown.at(7).factor == 3);
}
