// Batches read ahead: order, failures, and that waiting for a slow storage is hidden.
#include "libcore/training/read_ahead.h"

#include <atomic>
#include <chrono>
#include <map>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::training;

namespace {

ReadOptions reading(std::int64_t prefetch, std::int64_t readers) {
  ReadOptions options;
  options.prefetch = prefetch;
  options.readers = readers;
  return options;
}

void sleep_ms(int milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

}  // namespace

TEST_CASE("every row of every batch is read once, in any number of threads") {
  for (const auto& [prefetch, readers] :
       {std::pair{0, 1}, std::pair{1, 1}, std::pair{1, 5}, std::pair{3, 2}, std::pair{7, 16}}) {
    const ReadOptions options = reading(prefetch, readers);
    std::vector<std::vector<std::int64_t>> slots(ReadAhead::slots(options), std::vector<std::int64_t>(5));
    std::atomic<int> reads = 0;
    ReadAhead ahead(
        [&](std::size_t slot, std::int64_t step, std::int64_t row) {
          ++reads;
          if ((step * 5 + row) % 7 == 0) sleep_ms(1);
          slots[slot][static_cast<std::size_t>(row)] = step * 5 + row;
          return ReadTime{1, 2};
        },
        options, 5, 11, 60);
    for (std::int64_t step = 11; step <= 60; ++step) {
      const std::size_t slot = ahead.next();
      for (std::int64_t row = 0; row < 5; ++row) REQUIRE(slots[slot][static_cast<std::size_t>(row)] == step * 5 + row);
      CHECK(ahead.batch_time().fetch_s == 5);
      CHECK(ahead.batch_time().decode_s == 10);
    }
    CHECK(reads == 5 * 50);
  }
}

TEST_CASE("the first row that fails is the one that is told of, where its batch is taken") {
  for (const std::int64_t prefetch : {0, 4}) {
    ReadAhead ahead(
        [&](std::size_t, std::int64_t step, std::int64_t row) -> ReadTime {
          if (step == 3 && row != 0) {
            if (row == 1) sleep_ms(5);
            throw data_error("row", std::to_string(row));
          }
          return {};
        },
        reading(prefetch, 8), 4, 1, 10);
    ahead.next();
    ahead.next();
    CHECK_THROWS_WITH(ahead.next(), Catch::Matchers::Contains("row: 1"));
  }
}

TEST_CASE("where steps wait more threads read, and where they do not one is enough") {
  // 8 reads of 10 ms a step: one thread would need 80 ms.
  for (const auto& [readers, wanted] : {std::pair{16, 6}, std::pair{1, 1}}) {
    std::atomic<int> reading_now = 0, most = 0;
    ReadAhead ahead(
        [&](std::size_t, std::int64_t, std::int64_t) {
          const int now = ++reading_now;
          for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) continue;
          sleep_ms(10);
          --reading_now;
          return ReadTime{};
        },
        reading(4, readers), 8, 1, 12);
    for (int step = 1; step <= 12; ++step) ahead.next();
    CHECK(most >= wanted);
    CHECK(most <= readers);
  }
  ReadAhead late(
      [](std::size_t, std::int64_t, std::int64_t) {
        sleep_ms(10);
        return ReadTime{};
      },
      reading(0, 16), 4, 1, 3);
  late.next();
  CHECK(late.stalled_s() >= 0.04);
}

TEST_CASE("what is not taken is given up") {
  ReadAhead ahead([](std::size_t, std::int64_t, std::int64_t) { return ReadTime{}; }, reading(100, 4), 3, 1, 1000000);
  ahead.next();
}
