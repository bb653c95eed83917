// The event model against formulas of queueing theory, and by hand.
#include <cmath>
#include <cstdlib>
#include <functional>

#include "libcore/base/error.h"
#include "libcore/scaling/policies/registry.h"
#include "libcore/scaling/simulation/event_options.h"
#include "libcore/scaling/simulation/fcfs_servers.h"
#include "libcore/scaling/simulation/listed_jobs.h"
#include "libcore/scaling/simulation/poisson_jobs.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::scaling;
using Catch::Matchers::WithinRel;

namespace {

const MakeServers kFcfs = [](Servers::Waited waited, Servers::Drained drained) -> std::unique_ptr<Servers> {
  return std::make_unique<FcfsServers>(std::move(waited), std::move(drained));
};

/// A fleet of `nodes` at one rate of arrivals.
struct Fleet {
  Trace trace;
  ClusterOptions cluster;
  PolicyOptions policy;

  Fleet(std::int64_t nodes, double arrivals_per_s, double service_rate, std::size_t slots) {
    trace.arrivals.assign(slots, arrivals_per_s * trace.slot_s);
    trace.peak_rate = arrivals_per_s;
    cluster.service_rate = service_rate;
    policy.fixed.nodes = nodes;
  }
  PolicyReport replay(JobSource& jobs, const MakeServers& servers, const EachSlot& each_slot = nullptr) const {
    Controller controller(make_policy("static", policy, {}), {});
    return simulate_events(trace, jobs, servers, cluster, {}, controller, StopToken(), each_slot);
  }
};

/// Mean wait of M/M/k by Erlang's recursion: B(0) = 1, B(j) = a B(j-1) / (j + a B(j-1)), C = B / (1 - rho (1 - B)).
double erlang_wait(std::int64_t k, double rho) {
  const double a = rho * static_cast<double>(k);
  double b = 1;
  for (std::int64_t j = 1; j <= k; ++j) b = a * b / (static_cast<double>(j) + a * b);
  return b / (1 - rho * (1 - b)) / (static_cast<double>(k) - a);
}

/// A mean with its standard error, by means of batches that are long against the memory of a queue.
class BatchMeans {
 public:
  explicit BatchMeans(std::size_t slots) : slots_a_batch_(slots / (kBatches + 1)) {}
  void add(const SlotReport& slot) {
    sum_ += slot.wait_s * slot.served;
    weight_ += slot.served;
    if (++slots_ % slots_a_batch_ != 0) return;
    if (slots_ > slots_a_batch_) means_.push_back(sum_ / weight_);  // the first batch warms up
    sum_ = weight_ = 0;
  }
  double mean() const {
    double sum = 0;
    for (const double one : means_) sum += one;
    return sum / static_cast<double>(means_.size());
  }
  double standard_error() const {
    double squares = 0;
    for (const double one : means_) squares += (one - mean()) * (one - mean());
    const auto count = static_cast<double>(means_.size());
    return std::sqrt(squares / (count - 1) / count);
  }

 private:
  static constexpr std::size_t kBatches = 30;
  std::size_t slots_a_batch_, slots_ = 0;
  double sum_ = 0, weight_ = 0;
  std::vector<double> means_;
};

void check_wait(std::int64_t k, double rho, const ServiceTimes& service, double jobs, double exact) {
  const double rate = rho * static_cast<double>(k);
  const Fleet fleet(k, rate, 1, static_cast<std::size_t>(jobs / rate / 60));
  PoissonJobs source(fleet.trace, service, 7);
  BatchMeans waits(fleet.trace.arrivals.size());
  const PolicyReport report = fleet.replay(source, kFcfs, [&](const SlotReport& slot) { waits.add(slot); });
  INFO("k " << k << " rho " << rho << " exact " << exact << " found " << waits.mean() << " +- " << waits.standard_error());
  CHECK(std::abs(waits.mean() - exact) <= 3 * waits.standard_error());
  CHECK(waits.standard_error() < 0.25 * exact);  // else the check above would say nothing
  CHECK(std::abs(report.utilization_mean - rho) < 0.02);
}

}  // namespace

TEST_CASE("waits of M/M/k are Erlang's, within three standard errors") {
  const bool slow = std::getenv("DAYBREAK_SLOW") != nullptr;
  for (const std::int64_t k : {1, 3, 10, 40})
    for (const double rho : {0.7, 0.85, 0.92})
      check_wait(k, rho, ServiceTimes(ServiceTimes::Kind::exponential, 1, 1), slow ? 2e7 : 4e5, erlang_wait(k, rho));
  CHECK_THAT(erlang_wait(10, 0.885), WithinRel(0.625168045276239 / 1.15, 1e-12));  // C(8.85, 10) by octave-queueing
}

TEST_CASE("waits of M/G/1 are Pollaczek's and Khinchine's for every distribution") {
  // Wq = rho (1 + scv) / (2 (1 - rho)) services.
  using Kind = ServiceTimes::Kind;
  const std::pair<Kind, double> cases[] = {
      {Kind::deterministic, 0.0}, {Kind::lognormal, 0.5}, {Kind::lognormal, 2.0}, {Kind::hyperexponential, 4.0}};
  for (const auto& [kind, scv] : cases) check_wait(1, 0.7, ServiceTimes(kind, 1, scv), 1e6, 0.7 * (1 + scv) / (2 * 0.3));
  CHECK_THROWS_AS(ServiceTimes(Kind::hyperexponential, 1, 0.5), Error);
}

TEST_CASE("jobs wait, begin and end on nodes that come, go and fail, as by hand") {
  std::vector<double> waits;
  std::vector<std::pair<double, std::size_t>> drains;
  FcfsServers servers([&](double wait) { waits.push_back(wait); },
                      [&](double seconds, std::size_t label) { drains.emplace_back(seconds, label); });
  servers.join(0, 1);
  const Job jobs[] = {{.arrival_s = 0, .service_s = 50}, {.arrival_s = 10, .service_s = 30}, {.arrival_s = 20, .service_s = 30}};
  servers.serve(jobs, 60);
  SlotWork work = servers.end_slot(60);
  CHECK(waits == std::vector<double>{0, 40});  // the second begins at 50; the third would at 80
  CHECK(work.busy_s == 60);
  CHECK(servers.waiting() == 1);
  servers.join(60, 1);  // it takes the third at once
  servers.serve({}, 120);
  work = servers.end_slot(120);
  CHECK(waits.back() == 40);
  CHECK(work.busy_s == 20 + 30);
  const Job late[] = {{.arrival_s = 125, .service_s = 100}, {.arrival_s = 130, .service_s = 100}};
  servers.serve(late, 180);
  CHECK(servers.end_slot(180).busy_s == 55 + 50);
  // The older node is released and finishes at 225; the other one fails, and its job begins anew on a third.
  servers.release_oldest(180, 7);
  CHECK(drains == std::vector<std::pair<double, std::size_t>>{{45, 7}});
  const std::int64_t place[] = {0};
  servers.lose(180, place);
  CHECK(servers.nodes() == 0);
  CHECK(servers.waiting() == 1);
  servers.join(240, 1);
  servers.serve({}, 300);
  CHECK(servers.end_slot(300).busy_s == 60);
  CHECK(waits.back() == 240 - 130);
}

TEST_CASE("batches of one sequence are a queue of single servers") {
  EventOptions options;
  options.service = "tokens";
  options.batch = {.prefill_rate = 100, .time_per_output_token_s = 0.25, .batch_slowdown = 0, .batch_limit = 1};
  const Fleet fleet(3, 0.5, options.batch.service_rate(200, 12), 2000);
  PoissonJobs arrivals(fleet.trace, ServiceTimes(ServiceTimes::Kind::exponential, 1, 1), 3);
  std::vector<Job> jobs;
  for (auto block = arrivals.next(1e9); !block.empty(); block = arrivals.next(1e9))
    for (Job job : block) {
      job.input_tokens = std::floor(200 * job.service_s);
      job.output_tokens = 1 + std::floor(12 * job.service_s);
      job.service_s = job.input_tokens / 100 + job.output_tokens * 0.25;
      jobs.push_back(job);
    }
  ListedJobs once(jobs), again(jobs);
  const PolicyReport single = fleet.replay(once, kFcfs);
  const PolicyReport batched = fleet.replay(again, [&](Servers::Waited waited, Servers::Drained drained) -> std::unique_ptr<Servers> {
    return std::make_unique<BatchServers>(options.batch, std::move(waited), std::move(drained));
  });
  CHECK(single.wait_p95_s > 1);
  CHECK_THAT(batched.wait_p50_s, WithinRel(single.wait_p50_s, 1e-9));
  CHECK_THAT(batched.wait_p99_s, WithinRel(single.wait_p99_s, 1e-9));
  CHECK_THAT(batched.utilization_mean, WithinRel(single.utilization_mean, 1e-9));
  CHECK(batched.queue_max == single.queue_max);
}

TEST_CASE("a batch that shares a node evenly holds rho / (1 - rho) jobs, whatever their sizes") {
  // Processor sharing M/G/1; the mean number in the system does not depend on the distribution.
  for (const auto& [kind, scv] : {std::pair{ServiceTimes::Kind::exponential, 1.0}, std::pair{ServiceTimes::Kind::hyperexponential, 3.0}}) {
    const double rho = 0.6;
    const BatchOptions batch{.prefill_rate = 1, .time_per_output_token_s = 1, .batch_slowdown = 1, .batch_limit = 1000};
    const Fleet fleet(1, rho, 1, 20000);
    PoissonJobs arrivals(fleet.trace, ServiceTimes(kind, 1, scv), 5);
    std::vector<Job> jobs;
    for (auto block = arrivals.next(1e9); !block.empty(); block = arrivals.next(1e9))
      for (Job job : block) {
        job.output_tokens = job.service_s;
        jobs.push_back(job);
      }
    ListedJobs source(jobs);
    const PolicyReport report = fleet.replay(source, [&](Servers::Waited waited, Servers::Drained drained) -> std::unique_ptr<Servers> {
      return std::make_unique<BatchServers>(batch, std::move(waited), std::move(drained));
    });
    CHECK(std::abs(report.utilization_mean * 1000 - rho / (1 - rho)) < 0.05);
    CHECK(report.wait_p99_s == 0);
  }
}

TEST_CASE("a prefill stops its batch, by hand") {
  // 10 tokens a second of prefill, a step of 1 s at a batch of one and 1.5 s at two.
  const BatchOptions batch{.prefill_rate = 10, .time_per_output_token_s = 1, .batch_slowdown = 0.5, .batch_limit = 2};
  // The first decodes from 1, and has 4 of its 10 tokens at 5. The second's prefill ends at 7, its 4 tokens take 6 s, to 13,
  // while the first gains 4 too. The third waits from 6 to 13 and has its prefill by 14; the first ends at 17, when the third
  // has 2 of 3 tokens, and the third alone at 18.
  const Job jobs[] = {{.arrival_s = 0, .input_tokens = 10, .output_tokens = 10},
                      {.arrival_s = 5, .input_tokens = 20, .output_tokens = 4},
                      {.arrival_s = 6, .input_tokens = 10, .output_tokens = 3}};
  for (const bool released : {false, true}) {
    std::vector<double> waits, drains;
    BatchServers servers(batch, [&](double wait) { waits.push_back(wait); },
                         [&](double seconds, std::size_t) { drains.push_back(seconds); });
    servers.join(0, 1);
    servers.serve(jobs, 10);
    CHECK(servers.end_slot(10).busy_s == 10 + 5);
    CHECK(servers.waiting() == 1);
    if (released) servers.release_oldest(10, 0);
    const SlotWork work = servers.end_slot(60);
    // Without a place for the third the first decodes its last two tokens alone, to 15.
    CHECK(waits == (released ? std::vector<double>{0, 0} : std::vector<double>{0, 0, 7}));
    CHECK(drains == (released ? std::vector<double>{5} : std::vector<double>{}));
    CHECK(work.busy_s == (released ? 0 : 7 + 3 + 5));
  }
}

TEST_CASE("a seed gives the same replay, another seed another one") {
  const Fleet fleet(5, 4, 1, 100);
  const auto waits = [&](std::uint64_t seed) {
    PoissonJobs source(fleet.trace, ServiceTimes(ServiceTimes::Kind::lognormal, 1, 2), seed);
    return fleet.replay(source, kFcfs).wait_p95_s;
  };
  CHECK(waits(1) == waits(1));
  CHECK(waits(1) != waits(2));
}
