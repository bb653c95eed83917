// Ranks whose devices sum among themselves, beside ranks whose devices do not.
#include <string>
#include <vector>

#include "libcore/training/gradient_exchange.h"
#include "tests/support/catch.hpp"
#include "tests/support/thread_ranks.h"
#include "tests/unit/model/cases.h"

using namespace daybreak;
using namespace daybreak::training;

namespace {

constexpr std::int64_t kFlat = 40000, kBucket = 4096;

device::Device open(const std::string& name) {
  return model::testing::open_chip(name == "queued" ? DAYBREAK_QUEUED_CHIP : name, 1);
}

/// Whole numbers, whose sums are exact in any order.
float value(int rank, std::int64_t index) { return static_cast<float>((index * 7 + rank * 1001) % 4093); }

std::vector<float> values_of(int rank) {
  std::vector<float> values(static_cast<std::size_t>(kFlat));
  for (std::int64_t i = 0; i < kFlat; ++i) values[static_cast<std::size_t>(i)] = value(rank, i);
  return values;
}

bool all_equal(const std::vector<float>& values, Range range, const std::function<float(std::int64_t)>& expected) {
  for (std::int64_t i = range.begin; i < range.end; ++i)
    if (values[static_cast<std::size_t>(i)] != expected(i)) return false;
  return true;
}

/// Whether ranks on these devices, some of which have no row, get the sum, and then everybody's parts.
void check_job(const std::vector<std::string>& devices, const std::vector<std::int64_t>& counts, const std::vector<int>& members) {
  const auto size = static_cast<int>(devices.size());
  std::vector<std::string> wrong(devices.size());
  test_support::run_ranks(size, [&](Collectives& ranks) {
    std::string& problem = wrong[static_cast<std::size_t>(ranks.rank())];
    device::Device device = open(devices[static_cast<std::size_t>(ranks.rank())]);
    const auto group = std::make_shared<DeviceGroup>(ranks, device, DAYBREAK_QUEUED_COLLECTIVES, 5);
    if (group->members() != members) problem = "other members: " + group->why();
    const std::vector<double> shares(devices.size(), 1);
    const StateLayout layout(kFlat, shares, kBucket);
    GradientExchange exchange(ranks, device, layout, group);
    const bool has_row = counts[static_cast<std::size_t>(ranks.rank())] == 1;
    const std::vector<float> mine = has_row ? values_of(ranks.rank()) : std::vector<float>(static_cast<std::size_t>(kFlat));
    device::Buffer gradient = device.upload(std::span(mine));
    exchange.sum_in_group(gradient.as<float>());
    if (!exchange.all_in_group()) {
      const std::vector<std::int64_t> left = exchange.counts_outside(counts);
      const std::vector<const float*> rows(static_cast<std::size_t>(left[static_cast<std::size_t>(ranks.rank())]),
                                           gradient.as<float>());
      exchange.sum(rows, left, SumOrder::in_turn(static_cast<std::size_t>(std::count(left.begin(), left.end(), 1))),
                   gradient.as<float>());
    }
    const auto sum = [&](std::int64_t i) {
      float all = 0;
      for (int rank = 0; rank < size; ++rank)
        if (counts[static_cast<std::size_t>(rank)] == 1) all += value(rank, i);
      return all;
    };
    const std::vector<float> summed = gradient.to_host<float>();
    for (const Range range : layout.ranges_of(ranks.rank()))
      if (!all_equal(summed, range, sum)) problem = "another sum";
    std::int64_t received = 0;
    exchange.share(gradient.data(), DAYBREAK_F32, [&](Range range) { received += range.count(); });
    if (!all_equal(gradient.to_host<float>(), {0, kFlat}, sum)) problem = "not everybody's parts";
    if (received != kFlat - elements_of(layout.ranges_of(ranks.rank()))) problem = "other stretches received";
  });
  CHECK(wrong == std::vector<std::string>(devices.size()));
}

/// As this rank has it.
std::string why_not(const std::vector<std::string>& devices, const char* library, int rank = 0) {
  std::string why;
  test_support::run_ranks(static_cast<int>(devices.size()), [&](Collectives& ranks) {
    const device::Device device = open(devices[static_cast<std::size_t>(ranks.rank())]);
    const DeviceGroup group(ranks, device, library, 5);
    if (ranks.rank() == rank) why = group.empty() ? group.why() : "there is a group";
  });
  return why;
}

}  // namespace

TEST_CASE("devices that all sum among themselves leave nothing to the host") {
  check_job({"queued", "queued", "queued"}, {1, 1, 1}, {0, 1, 2});
  check_job({"queued", "queued"}, {0, 1}, {0, 1});
}

TEST_CASE("devices that sum among themselves are one rank to the others") {
  check_job({"cpu", "queued", "queued"}, {1, 1, 1}, {1, 2});
  check_job({"queued", "cpu", "queued", "cpu"}, {1, 1, 0, 1}, {0, 2});
  check_job({"queued", "cpu", "queued"}, {0, 0, 1}, {0, 2});
}

TEST_CASE("without two such devices, or where two ranks have the same one, the host does all") {
  check_job({"cpu", "cpu"}, {1, 1}, {});
  check_job({"queued", "cpu"}, {1, 1}, {});
  CHECK(why_not({"queued", "cpu"}, DAYBREAK_QUEUED_COLLECTIVES) == "no other rank has such a device");
  CHECK(why_not({"cpu", "queued"}, DAYBREAK_QUEUED_COLLECTIVES) == "the device computes in the host's memory");
  CHECK(why_not({"queued", "queued"}, DAYBREAK_SAME_DEVICE_COLLECTIVES) == "ranks 0 and 1 have the same device");
  CHECK(why_not({"queued", "queued"}, "/absent.so").starts_with("/absent.so: there is no such file"));
  CHECK(why_not({"queued", "queued"}, DAYBREAK_QUEUED_CHIP).find("does not speak version") != std::string::npos);
}

TEST_CASE("where there is no invitation nobody tries to join") {
  const std::vector<std::string> devices{"queued", "cpu", "queued"};
  CHECK(why_not(devices, DAYBREAK_UNINVITING_COLLECTIVES) == "nobody is invited");
  CHECK(why_not(devices, DAYBREAK_UNINVITING_COLLECTIVES, 2) == "another rank cannot join");
}

TEST_CASE("a group says what it is") {
  std::vector<std::string> told(2);
  test_support::run_ranks(2, [&](Collectives& ranks) {
    const device::Device device = open("queued");
    told[static_cast<std::size_t>(ranks.rank())] = DeviceGroup(ranks, device, DAYBREAK_QUEUED_COLLECTIVES, 5).description();
  });
  CHECK(told == std::vector<std::string>(2, "threads, 2 ranks"));
}
