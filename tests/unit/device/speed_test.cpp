// Times by the device's clock, on a device that takes a millisecond for each operation.
#include "libcore/device/speed.h"

#include <chrono>
#include <functional>
#include <thread>

#include "libcore/base/error.h"
#include "libcore/device/operation_times.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using daybreak::device::Buffer;
using daybreak::device::Device;
using daybreak::device::OperationTimes;
using std::chrono::milliseconds;

namespace {

constexpr double kOperationS = 1e-3;

struct Queued {
  Device device = Device::open(DAYBREAK_QUEUED_CHIP);
  Buffer x = device.allocate(64), y = device.allocate(64);

  void add() {
    daybreak_add_scaled sum{};
    sum.count = 16;
    sum.x = x.data();
    sum.y = y.data();
    sum.scale_x = sum.scale_y = 1;
    device.add_scaled(sum);
  }
  void copy() { device.copy(y.data(), x.data(), 64); }
  /// So much to do that what is given next stands in the queue, though a busy machine holds the host up.
  void fill_queue() {
    for (int i = 0; i < 200; ++i) add();
  }
};

double wall_s_of(const std::function<void()>& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace

TEST_CASE("operations that stand in a queue are timed apart, and nobody waits for them") {
  Queued queued;
  queued.fill_queue();
  OperationTimes times(queued.device);
  const double given_s = wall_s_of([&] {
    for (int i = 0; i < 30; ++i) queued.add();
    for (int i = 0; i < 10; ++i) queued.copy();
  });
  CHECK(given_s < 200 * kOperationS);
  CHECK(times.seconds().at("add_scaled") == Approx(30 * kOperationS));
  CHECK(times.seconds().at("copy") == Approx(10 * kOperationS));
  CHECK(times.total_s() == Approx(40 * kOperationS));
}

TEST_CASE("what passes between operations belongs to none") {
  Queued queued;
  OperationTimes times(queued.device);
  const double wall_s = wall_s_of([&] {
    for (int i = 0; i < 5; ++i) {
      queued.add();
      std::this_thread::sleep_for(milliseconds(10));  // the queue is empty for nine of them
    }
    queued.device.synchronize();
  });
  CHECK(times.total_s() >= 5 * kOperationS);
  CHECK(times.total_s() <= wall_s - 5 * 9 * kOperationS);
}

TEST_CASE("times go on where they were asked for, and an operation that fails has none") {
  Queued queued;
  OperationTimes times(queued.device);
  queued.fill_queue();
  CHECK(times.seconds().at("add_scaled") >= 200 * kOperationS);
  const double before_s = times.total_s();
  daybreak_gemm without_operands{};
  without_operands.m = without_operands.n = without_operands.k = 1;
  CHECK_THROWS_AS(queued.device.gemm(without_operands), Error);
  queued.add();
  CHECK(times.total_s() >= before_s + kOperationS);
  CHECK(times.seconds().count("gemm") == 0);
}

TEST_CASE("more operations than there are events at a time") {
  Device device = Device::open("reference");
  Buffer x = device.allocate(4);
  OperationTimes times(device);
  const double wall_s = wall_s_of([&] {
    for (int i = 0; i < 10000; ++i) x.fill_zero();
  });
  const double total_s = times.total_s();
  CHECK(total_s > 0);
  CHECK(total_s <= wall_s);
}

TEST_CASE("a device's operations are timed by one at a time") {
  Device device = Device::open("reference");
  {
    const OperationTimes times(device);
    CHECK_THROWS_AS(OperationTimes(device), Error);
  }
  CHECK_NOTHROW(OperationTimes(device));
}

TEST_CASE("the best of some repetitions is the time of one") {
  Queued queued;
  const StopToken stop;
  const double one_s = device::best_s(queued.device, 0.03, stop, [&] { queued.add(); });
  CHECK(one_s >= kOperationS);
  CHECK(one_s < 1.4 * kOperationS);  // it begins with an empty queue, and the host may be held up
  const double two_s = device::best_s(queued.device, 0.03, stop, [&] {
    queued.add();
    queued.copy();
  });
  CHECK(two_s >= 2 * kOperationS);
  CHECK(two_s < 2.4 * kOperationS);
}

TEST_CASE("the bytes of a sum are those of two reads and a write") {
  Queued queued;
  const StopToken stop;
  const double rate = device::sum_bytes_per_s(queued.device, 1000, 0.03, stop), most = 3 * 4000 / kOperationS;
  CHECK(rate <= most);
  CHECK(rate > most / 1.4);
}

TEST_CASE("memory is measured by buffers that no cache holds") {
  constexpr std::int64_t kMiB = 1 << 20;
  CHECK(device::beyond_caches_bytes(Device::open(DAYBREAK_QUEUED_CHIP)) == 256 * kMiB);
  CHECK(device::beyond_caches_bytes(Device::open("reference", {1, {}})) == 128 * kMiB);
  Device processor = Device::open("cpu", {20, {}});
  CHECK(processor.info().threads == 20);
  CHECK(device::beyond_caches_bytes(processor) == 320 * kMiB);
}

TEST_CASE("a request to stop ends a measurement") {
  Queued queued;
  StopToken stop;
  stop.request(15);
  CHECK_THROWS_AS(device::best_s(queued.device, 1, stop, [&] { queued.add(); }), Interrupted);
}
