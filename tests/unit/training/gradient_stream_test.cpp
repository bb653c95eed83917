// The sum over ranks beside a backward pass: when buckets are exchanged, and what happens where that fails.
#include "libcore/training/gradient_stream.h"

#include <atomic>
#include <numeric>

#include "libcore/base/error.h"
#include "libcore/training/collectives/self/self.h"
#include "tests/support/catch.hpp"
#include "tests/unit/model/cases.h"

using namespace daybreak;
using namespace daybreak::training;

namespace {

/// A job of one that doubles what it is given, as if another rank had the same, and may fail.
class Mirror final : public Collectives {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  std::string description() const override { return "mirror"; }
  void all_gather(std::span<const std::byte>, std::span<std::byte>) override {}
  void broadcast(std::span<std::byte>, int) override {}
  void share(std::span<std::byte>, std::span<const Range>) override {}
  void exchange(std::span<const float* const> rows, std::span<const std::int64_t>, std::span<const Range>,
                const Take& take) override {
    if (++exchanged == failing) throw Error(ExitStatus::try_again, "rank 1 is lost");
    const std::vector<const float*> both{rows[0], rows[0]};
    take(both);
  }

  std::atomic<int> exchanged = 0;
  int failing = 0;  // which exchange; 0: none
};

struct Subject {
  Mirror ranks;
  device::Device device = model::testing::open_chip("cpu", 1);
  StateLayout layout{1000 * 16, std::vector<double>{1}, 100 * 16};
  GradientExchange exchange{ranks, device, layout};
  std::vector<float> gradient = [] {
    std::vector<float> values(1000 * 16);
    std::iota(values.begin(), values.end(), 1.0f);
    return values;
  }();

  std::unique_ptr<GradientStream> stream() {
    return std::make_unique<GradientStream>(exchange, std::vector<std::int64_t>{1}, SumOrder::in_turn(2), gradient.data());
  }
  void wait_for(int exchanges) const {
    while (ranks.exchanged < exchanges) std::this_thread::yield();
  }
};

}  // namespace

TEST_CASE("a bucket is exchanged once all of it is final, and not before") {
  Subject one;
  const std::vector<float> before = one.gradient;
  const auto stream = one.stream();
  stream->reached(950 * 16);  // within the first bucket
  stream->reached(900 * 16);
  one.wait_for(1);
  stream->reached(650 * 16);
  one.wait_for(3);
  CHECK(one.ranks.exchanged == 3);
  // What the pass has still to compute may change until then.
  one.gradient[100] = 7;
  stream->reached(0);
  stream->finish();
  CHECK(one.ranks.exchanged == 10);
  CHECK(one.gradient[100] == 14);
  CHECK(one.gradient[0] == 2 * before[0]);
  CHECK(one.gradient.back() == 2 * before.back());
}

TEST_CASE("a lost rank is told of by who waits for the sum") {
  Subject one;
  one.ranks.failing = 4;
  const auto stream = one.stream();
  stream->reached(0);
  CHECK_THROWS_WITH(stream->finish(), Catch::Matchers::Contains("rank 1 is lost"));
  CHECK(one.ranks.exchanged == 4);
}

TEST_CASE("a pass that fails leaves nobody waiting") {
  Subject one;
  {
    const auto stream = one.stream();
    stream->reached(800 * 16);
    one.wait_for(2);
  }
  CHECK(one.ranks.exchanged == 2);
}
