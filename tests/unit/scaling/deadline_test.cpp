// Daly's interval and expectation against simulation, and the choice of nodes against what can be worked out by hand.
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "libcore/base/error.h"
#include "libcore/base/percentile.h"
#include "libcore/scaling/planning/deadline.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::scaling;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinRel;

namespace {

struct Spread {
  double mean, standard_error;
};

Spread simulated(const Run& run, const Failures& failures, std::int64_t samples, std::uint64_t seed) {
  const std::vector<double> times = simulated_times_s(run, failures, seed, samples, StopToken());
  const auto count = static_cast<double>(times.size());
  const double mean = std::accumulate(times.begin(), times.end(), 0.0) / count;
  double squares = 0;
  for (const double time : times) squares += (time - mean) * (time - mean);
  return {mean, std::sqrt(squares / (count - 1) / count)};
}

DeadlineRequest plain() {
  DeadlineRequest request;
  request.tokens = 3600e3;
  request.deadline_s = 3600;
  request.kinds = {{"a", 100, 2, 20}};
  return request;
}

}  // namespace

TEST_CASE("the expected time is the mean of the simulation within three standard errors") {
  const std::int64_t samples = std::getenv("DAYBREAK_SLOW") != nullptr ? 200'000 : 5'000;
  std::uint64_t seed = 1;
  for (const double mtbf : {4e3, 3e4, 2e6})
    for (const double restart : {0.0, 300.0})
      for (const double work : {7.5e3, 1e5}) {
        const Failures failures{mtbf * 8, restart, 60, std::nullopt};
        const Run run{work, 8};
        const Spread found = simulated(run, failures, samples, seed++);
        CAPTURE(mtbf, restart, work, found.mean, found.standard_error);
        CHECK(std::abs(found.mean - expected_time_s(run, failures)) <= 3 * found.standard_error + 1e-9 * work);
      }
}

TEST_CASE("Daly's interval wastes least: no other does better by more than a thousandth") {
  for (const double mtbf : {1e3, 1e4, 1e6})
    for (const double checkpoint : {5.0, 60.0}) {
      Failures failures{mtbf, 30, checkpoint, std::nullopt};
      const Run run{1e7, 1};
      const double daly = daly_interval_s(checkpoint, mtbf), at_daly = expected_time_s(run, failures);
      for (double factor = 0.2; factor < 5; factor *= 1.05) {
        failures.interval_s = daly * factor;
        CHECK(expected_time_s(run, failures) > at_daly * 0.999);
      }
      // Young's first term, to the order that he neglects.
      CHECK_THAT(daly, WithinRel(std::sqrt(2 * checkpoint * mtbf), 0.2));
    }
  CHECK(daly_interval_s(300, 100) == 100);
}

TEST_CASE("without failures the time is the work and its last checkpoint") {
  const Failures none{std::nullopt, 100, 0, std::nullopt};
  CHECK(expected_time_s({5000, 3}, none) == 5000);
  CHECK(simulated_times_s({5000, 3}, none, 1, 20, StopToken()) == std::vector<double>(20, 5000));
}

TEST_CASE("the same seed gives the same times, another seed others") {
  const Failures failures{1e4, 60, 10, std::nullopt};
  const auto times = [&](std::uint64_t seed) { return simulated_times_s({5e4, 4}, failures, seed, 50, StopToken()); };
  CHECK(times(3) == times(3));
  CHECK(times(3) != times(4));
}

TEST_CASE("the cheapest mix that ends in time") {
  // 1000 tokens a second are needed: ten nodes at 100.
  DeadlineRequest request = plain();
  const DeadlineAnswer ten = meet_deadline(request, StopToken());
  REQUIRE(ten.best);
  CHECK(ten.best->nodes == 10);
  CHECK_THAT(ten.best->cost(), WithinRel(20.0, 1e-12));
  // At 90 % a doubling n nodes do 100 n^(1 + log2 0.9): the first above 1000 is 16.
  request.efficiency = 0.9;
  CHECK(meet_deadline(request, StopToken()).best->nodes == static_cast<std::int64_t>(std::ceil(std::pow(10, 1 / (1 + std::log2(0.9))))));
  // A faster kind at a better price for its speed, but there are only three: the rest is of the other.
  request.efficiency = 1;
  request.kinds = {{"a", 100, 2, 20}, {"b", 250, 4, 3}};
  const DeadlineAnswer mixed = meet_deadline(request, StopToken());
  REQUIRE(mixed.best);
  CHECK(mixed.best->counts == std::vector<std::int64_t>{3, 3});
}

TEST_CASE("a deadline that cannot be met: the earliest end and what would do") {
  DeadlineRequest request = plain();
  request.kinds = {{"a", 100, 2, 8}};
  const DeadlineAnswer answer = meet_deadline(request, StopToken());
  CHECK(!answer.best);
  CHECK(answer.earliest.nodes == 8);
  CHECK_THAT(answer.earliest.expected_s, WithinRel(4500.0, 1e-12));
  CHECK(answer.enough_nodes == 10);
  // Each further node fails as often as the others: with such failures none is enough.
  request.failures = {100.0, 50, 10, std::nullopt};
  CHECK(!meet_deadline(request, StopToken()).enough_nodes);
}

TEST_CASE("a percentile of the runs is held, not their mean") {
  DeadlineRequest request = plain();
  request.kinds = {{"a", 100, 2, 60}};
  request.failures = {2e5, 120, 15, std::nullopt};
  const DeadlineAnswer answer = meet_deadline(request, StopToken());
  REQUIRE(answer.best);
  CHECK(sorted_percentile(answer.times_s, 95) <= 3600);
  request.percent = 50;
  CHECK(meet_deadline(request, StopToken()).best->nodes <= answer.best->nodes);
  CHECK(answer.best->nodes > 10);
}

TEST_CASE("efficiency from runs on several numbers of nodes") {
  const std::vector<Measurement> exact{{1, 100}, {2, 180}, {8, 100 * 8 * 0.9 * 0.9 * 0.9}};
  CHECK_THAT(fit_efficiency(exact), WithinRel(0.9, 1e-12));
  const std::vector<Measurement> from_four{{4, 400}, {16, 1600 * 0.64}};
  CHECK_THAT(fit_efficiency(from_four), WithinRel(0.8, 1e-12));
  const std::vector<Measurement> one{{2, 100}, {2, 110}};
  CHECK_THROWS_WITH(fit_efficiency(one), Contains("at least two numbers of nodes"));
}

TEST_CASE("kinds of nodes are read strictly") {
  const auto read = [](const std::string& members) {
    return read_kinds(io::Json::parse(R"({"schema":"daybreak.kinds/1","kinds":[)" + members + "]}", "k.json"), "k.json");
  };
  const auto kinds = read(R"({"name":"a","tokens_per_s":5,"price_per_hour":0,"count":2})");
  CHECK(kinds[0].tokens_per_s == 5);
  CHECK(kinds[0].count == 2);
  CHECK_THROWS_WITH(read(R"({"name":"a","tokens_per_s":0,"price_per_hour":1,"count":2})"),
                    Contains("kinds[0] 'a': tokens_per_s: expected a number above 0"));
  CHECK_THROWS_WITH(read(R"({"name":"a","price_per_hour":1,"count":2})"), Contains("'tokens_per_s' is missing"));
  CHECK_THROWS_WITH(read(R"({"name":"a","tokens_per_s":5,"price_per_hour":1,"count":2,"chips":8})"), Contains("unknown member 'chips'"));
  const std::string same = R"({"name":"a","tokens_per_s":5,"price_per_hour":1,"count":2})";
  CHECK_THROWS_WITH(read(same + "," + same), Contains("two kinds are named 'a'"));
  DeadlineRequest request = plain();
  request.kinds = {{"a", 1, 1, 1'000'000}, {"b", 1, 1, 1'000'000}};
  CHECK_THROWS_WITH(meet_deadline(request, StopToken()), Contains("more than two million mixes"));
}
