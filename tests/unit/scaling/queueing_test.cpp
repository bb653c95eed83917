// Erlang B, C and A against mpmath (queueing_reference.py), the approximation against the cases in which it is exact, and
// the search for servers against counting up.
#include <cmath>
#include <cstdlib>
#include <random>

#include "libcore/base/error.h"
#include "libcore/scaling/queueing/abandonment.h"
#include "libcore/scaling/queueing/erlang.h"
#include "libcore/scaling/queueing/options.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::scaling;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinRel;

namespace {

struct ErlangRow {
  std::int64_t servers;
  double offered;
  long double b, c;
};

const ErlangRow kErlang[] = {
    {1, 0.5, 3.3333333333333333e-1L, 5.0e-1L},
    {1, 1e-09, 9.9999999900000006e-10L, 1.0000000000000001e-9L},
    {2, 1.75, 3.5766423357664234e-1L, 8.1666666666666667e-1L},
    {10, 8.85, 1.6093596557146359e-1L, 6.2516804527623913e-1L},
    {13, 11.96, 1.5342508268801188e-1L, 6.937568896901403e-1L},
    {32, 29.44, 8.7590286712509172e-2L, 5.4545158532383259e-1L},
    {100, 92.0, 3.4948446944996437e-2L, 3.1161520930249149e-1L},
    {173, 159.0, 1.9052560448651869e-2L, 1.9355357551476317e-1L},
    {500, 499.75, 3.4544653938868103e-2L, 9.8621856242698469e-1L},
    {1000, 900.0, 5.9298626701462239e-5L, 5.9266996637878122e-4L},
    {1000, 700.0, 3.0708489861268828e-27L, 1.0236163287089609e-26L},
    {100, 1.0, 3.9418660600504792e-159L, 3.981682888939878e-159L},
    {10000, 9900.0, 2.8581267388565864e-3L, 2.2277692886414824e-1L},
    {100000, 99500.0, 3.8144239405902955e-4L, 7.0906199355113304e-2L},
    {1000000, 990000.0, 5.4995431265267092e-26L, 5.4995431265267092e-24L},
    {1000000, 999000.0, 2.8742137577686792e-4L, 2.2330339029134409e-1L},
    {1000000, 999999.0, 7.9682447234292286e-4L, 9.9874758896459378e-1L},
    {1000000, 970000.0, 1.4778602634784841e-203L, 4.9262008782616136e-202L},
    {50, 80.0, 3.9305906456883843e-1L, 1},
    {1000000, 2000000.0, 5.0000049999800002e-1L, 1},
};

struct PatienceRow {
  double arrival_rate, service_rate;
  std::int64_t servers;
  double patience_rate, t;
  double waiting, queue, abandoned, tail;
};

const PatienceRow kPatience[] = {
    {8.85, 1, 10, 0.5, 0.25, 4.4573764741332261e-1, 1.1009998210767472, 6.2203379721850129e-2, 1.9766691860427574e-1},
    {8.85, 1, 10, 0.001, 1, 6.2362534755959205e-1, 4.7330606470080816, 5.3480911265628044e-4, 1.9491599771422865e-1},
    {12, 1, 10, 0.5, 0.5, 8.5038494791475228e-1, 4.6957426562573558, 1.9565594401072316e-1, 3.3227896065265997e-1},
    {30, 1, 10, 0.25, 3, 9.9999999999999999e-1, 8.0e+1, 6.6666666666666667e-1, 4.6840706469638625e-1},
    {0.5, 2, 1, 4, 0.1, 2.1378286423764129e-1, 1.8108567881179355e-2, 1.4486854304943484e-1, 1.1890430450154363e-1},
    {100, 1, 105, 1, 0.02, 3.215927753203845e-1, 2.0041051859853082, 2.0041051859853082e-2, 2.4827263418667076e-1},
    {3, 0.5, 4, 0.05, 7, 9.9837790924376099e-1, 2.0024996152637125e+1, 3.3374993587728543e-1, 4.6399734544375761e-1},
    {60, 1, 50, 0.125, 0.75, 9.9993858204776125e-1, 8.0001859815794847e+1, 1.6667054128290593e-1, 8.7884098099251959e-1},
};

bool close(long double found, long double wanted, long double within = 1e-12L) {
  return std::fabs(found - wanted) <= within * wanted;
}

}  // namespace

TEST_CASE("Erlang B and C agree with mpmath to 1e-12, to a million servers") {
  for (const ErlangRow& row : kErlang) {
    CAPTURE(row.servers, row.offered);
    CHECK(close(erlang_b(row.servers, row.offered), row.b));
    CHECK(close(erlang_c(row.servers, row.offered), row.c));
  }
  CHECK(erlang_b(1'000'000, 1000) == 0);  // below 1e-4932
  CHECK(erlang_c(1'000'000, 1e6) == 1);
}

TEST_CASE("Erlang B follows its recursion over servers") {
  for (const double offered : {0.3, 7.0, 480.0, 99'000.0}) {
    long double b = erlang_b(1, offered);
    for (std::int64_t k = 2; k < 2000; ++k) {
      b = offered * b / (k + offered * b);
      if (b < 1e-300L) break;
      REQUIRE(close(erlang_b(k, offered), b));
    }
  }
}

TEST_CASE("waits with abandonment agree with the chain solved state by state") {
  for (const PatienceRow& row : kPatience) {
    CAPTURE(row.arrival_rate, row.servers, row.patience_rate);
    const AbandonmentQueue queue({row.arrival_rate, row.service_rate, row.servers, row.patience_rate});
    CHECK(close(queue.wait_probability(), row.waiting));
    CHECK(close(queue.queue_mean(), row.queue));
    CHECK(close(queue.abandoned_share(), row.abandoned));
    CHECK(close(queue.wait_tail(row.t), row.tail));
    CHECK(close(queue.wait_tail(0), row.waiting));
  }
}

TEST_CASE("abandonment at a million servers: what leaves is what the servers cannot do") {
  // 20 % too much arrives: the excess leaves, and the fluid limit of the wait is log(1.2) of a patience.
  const QueueModel model{1.2e6, 1, 1, 1, 100.0};
  const Waiting waiting(model, 1'000'000);
  CHECK_THAT(waiting.abandoned_share(), WithinRel(1 / 6.0, 1e-9));
  CHECK_THAT(waiting.percentile_s(50), WithinRel(100 * std::log(1.2), 1e-3));
  // Until then only those whose patience ends have left the queue.
  CHECK_THAT(waiting.percentile_s(10), WithinRel(100 * -std::log1p(-0.1), 1e-9));
  // With such a long patience few leave, and waits come near Erlang's.
  const QueueModel patient{999'000, 1, 1, 1, 1e6};
  const QueueModel endless{999'000, 1};
  CHECK_THAT(Waiting(patient, 1'000'000).wait_mean_s(), WithinRel(Waiting(endless, 1'000'000).wait_mean_s(), 1e-2));
}

TEST_CASE("Allen-Cunneen is exact for one server with Poisson arrivals, and for exponential times") {
  // Pollaczek-Khinchine: W = lambda E[S^2] / (2 (1 - rho)), E[S^2] = (1 + scv) / mu^2.
  for (const double scv : {0.0, 0.5, 1.0, 4.0}) {
    const double lambda = 0.7, mu = 1;
    CHECK_THAT(Waiting({lambda, mu, 1, scv}, 1).wait_mean_s(), WithinRel(lambda * (1 + scv) / (2 * (1 - lambda)), 1e-14));
  }
  const Waiting waiting({8.85, 1}, 10);
  CHECK_THAT(waiting.wait_mean_s(), WithinRel(0.625168045276239 / 1.15, 1e-14));
  CHECK_THAT(waiting.tail(0.4), WithinRel(0.625168045276239 * std::exp(-1.15 * 0.4), 1e-13));
  CHECK_THAT(waiting.tail(waiting.percentile_s(90)), WithinRel(0.1, 1e-12));
  CHECK(waiting.percentile_s(30) == 0);
  // Clockwork arrivals and service: nobody waits.
  const Waiting clockwork({0.7, 1, 0, 0}, 1);
  CHECK(clockwork.wait_mean_s() == 0);
  CHECK(clockwork.percentile_s(99.9) == 0);
}

TEST_CASE("a queue is stable with more servers than work arrives, exactly") {
  CHECK(QueueModel{8.85, 1}.smallest_stable() == 9);
  CHECK(QueueModel{9, 1}.smallest_stable() == 10);
  CHECK(QueueModel{0.3, 0.1}.smallest_stable() == 3);  // 0.3 is less than three times 0.1 as they are stored
  CHECK(QueueModel{1e-9, 1}.smallest_stable() == 1);
  CHECK(QueueModel{9, 1, 1, 1, 5.0}.smallest_stable() == 1);
}

TEST_CASE("the fewest servers are those that counting up finds") {
  std::mt19937_64 random(7);
  const auto uniform = [&](double low, double high) { return low + (high - low) * static_cast<double>(random() >> 11) * 0x1p-53; };
  const int cases = std::getenv("DAYBREAK_SLOW") != nullptr ? 20'000 : 500;
  for (int i = 0; i < cases; ++i) {
    QueueModel model{uniform(0.01, 60), uniform(0.2, 5), uniform(0, 3), uniform(0, 3)};
    QueueTarget target;
    if (i % 4 == 0) target.wait_mean_s = uniform(0.001, 2);
    if (i % 4 == 1) target.percentile = {uniform(50, 99.99), uniform(0, 1)};
    if (i % 4 == 2) target.blocked_share = uniform(1e-6, 0.5);
    if (i % 4 == 3) {
      model = {model.arrival_rate, model.service_rate, 1, 1, uniform(0.1, 10)};
      target.abandoned_share = uniform(1e-4, 0.3);
    }
    std::int64_t counted = 1;
    while (!reaches(model, counted, target)) ++counted;
    REQUIRE(smallest_servers(model, target) == counted);
  }
}

TEST_CASE("servers for 5 % over a tenth of a service time, by utilization") {
  // k alone at utilization rho: independent of smallest_servers(), which holds the load.
  const auto fewest = [](double rho) {
    std::int64_t k = 1;
    while (Waiting({rho * static_cast<double>(k), 1}, k).tail(0.1) > 0.05) ++k;
    return k;
  };
  CHECK(fewest(0.92) == 173);
  CHECK(fewest(0.885) == 102);
  CHECK(fewest(0.85) == 67);
  QueueTarget target;
  target.percentile = {95, 0.1};
  CHECK(smallest_pool(0.92, 1, 1, 1, target) == 173);
  CHECK(smallest_pool(0.885, 1, 1, 1, target) == 102);
  CHECK(smallest_pool(0.85, 1, 1, 1, target) == 67);
}

TEST_CASE("a target that a million servers cannot reach is said") {
  QueueTarget target;
  target.percentile = {100 - 1e-13, 0};
  CHECK(!smallest_servers({999'999, 1}, target));
  target = {};
  target.wait_mean_s = 1;
  CHECK(smallest_servers({999'990, 1}, target).has_value());
}

TEST_CASE("options of a queue that make no sense are refused") {
  QueueOptions options;
  CHECK_THROWS_WITH(options.model(), Contains("--arrival-rate is missing"));
  options.arrival_rate = 3;
  CHECK_THROWS_WITH(options.model(), Contains("either --service-rate or --service-time"));
  options.service_time_s = 0;
  CHECK_THROWS_WITH(options.model(), Contains("--service-time: expected more than 0"));
  options.service_time_s = 0.5;
  CHECK(options.model().service_rate == 2);
  options.patience_s = 1e9;
  CHECK_THROWS_WITH(options.model(), Contains("at most a million mean service times"));
  options.patience_s = 1;
  options.wait.scv_service = 2;
  CHECK_THROWS_WITH(options.model(), Contains("--patience: needs"));
  options = {};
  options.arrival_rate = 1e9;
  options.service_rate = 1;
  CHECK_THROWS_WITH(options.model(), Contains("more than 1000000 servers"));
  for (const char* text : {"95", "0:1s", "100:1s", "95:1", "x:1s"}) {
    options.wait.target_percentile = text;
    CHECK_THROWS_WITH(options.target(), Contains("--target-percentile"));
  }
  options.wait.target_percentile = "99.9:250ms";
  CHECK(options.target().percentile->percent == 99.9);
  CHECK(options.target().percentile->wait_s == 0.25);
}
