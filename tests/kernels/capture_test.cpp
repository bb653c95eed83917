// Chips that record operations: what a graph computes, and what cannot be recorded.
#include <vector>

#include "tests/kernels/conformance.h"
#include "tests/support/catch.hpp"

using Catch::Matchers::Contains;
using daybreak::device::Buffer;
using daybreak::device::Device;
using daybreak::device::Graph;
namespace {

/// The sums over the rows of a matrix of ones, which need scratch memory where they are made in two steps.
class RowSums {
 public:
  RowSums(Device& device, std::int64_t rows, std::int64_t width)
      : device_(device), rows_(rows), width_(width),
        x_(device.upload(std::span<const float>(std::vector<float>(static_cast<std::size_t>(rows * width), 1.0f)))),
        sums_(device.allocate(static_cast<std::size_t>(width) * sizeof(float))) {
    sums_.fill_zero();
  }
  /// Adds the rows to what is there.
  void add() {
    daybreak_sum_rows s{};
    s.rows = rows_, s.width = width_, s.x = x_.data(), s.out = sums_.as<float>();
    device_.sum_rows(s);
  }
  bool are(float want) const { return sums_.to_host<float>() == std::vector<float>(static_cast<std::size_t>(width_), want); }
  Buffer& buffer() { return sums_; }

 private:
  Device& device_;
  std::int64_t rows_, width_;
  Buffer x_, sums_;
};

void for_each_recorder(const std::function<void(Device&)>& body) {
  conformance::for_each_device([&](const std::string& name, Device& device) {
    INFO(name);
    if (device.can_capture()) body(device);
  });
}

}  // namespace

TEST_CASE("a graph computes when it is replayed, also after operations that needed more scratch memory") {
  for_each_recorder([](Device& device) {
    RowSums small(device, 100, 40), large(device, 700, 3000);
    small.add();
    CHECK(small.are(100));
    Graph graph = device.capture([&] {
      small.add();
      small.add();
    });
    CHECK(small.are(100));
    graph.replay();
    CHECK(small.are(300));
    large.add();
    graph.replay();
    large.add();
    CHECK(small.are(500));
    CHECK(large.are(1400));
  });
}

TEST_CASE("what cannot be recorded is refused in words, and the device goes on") {
  for_each_recorder([](Device& device) {
    Device fresh = Device::open(device.chip().path().string());  // has no scratch memory yet
    RowSums sums(fresh, 5, 7), large(fresh, 900, 4000);
    float value = 1;
    daybreak_statistics_result result{};
    daybreak_statistics s{};
    s.count = 7, s.x = sums.buffer().data(), s.result = &result;
    CHECK_THROWS_WITH(fresh.capture([&] { fresh.copy_in(sums.buffer().data(), &value, sizeof value); }), Contains("cannot be captured"));
    CHECK_THROWS_WITH(fresh.capture([&] { fresh.statistics(s); }), Contains("cannot be captured"));
    CHECK_THROWS_WITH(fresh.capture([&] { large.add(); }), Contains("let them run once before"));
    sums.add();
    CHECK(sums.are(5));
  });
}
