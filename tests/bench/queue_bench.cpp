// Jobs a second of the event model on M/M/k: bench_queue [SERVERS] [LOAD] [JOBS]. The mean wait must be Erlang's first.
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "libcore/scaling/policies/registry.h"
#include "libcore/scaling/simulation/events.h"
#include "libcore/scaling/simulation/fcfs_servers.h"
#include "libcore/scaling/simulation/poisson_jobs.h"
#include "tests/bench/timing.h"

using namespace daybreak::scaling;

namespace {

/// Mean wait by Erlang's recursion, in services.
double erlang_wait(int servers, double load) {
  const double offered = load * servers;
  double loss = 1;
  for (int j = 1; j <= servers; ++j) loss = offered * loss / (j + offered * loss);
  return loss / (1 - load * (1 - loss)) / (servers - offered);
}

}  // namespace

int main(int argc, char** argv) {
  const int servers = argc > 1 ? std::atoi(argv[1]) : 100;
  const double load = argc > 2 ? std::atof(argv[2]) : 0.9, jobs = argc > 3 ? std::atof(argv[3]) : 5e6;
  Trace trace;
  trace.arrivals.assign(static_cast<std::size_t>(jobs / (load * servers * trace.slot_s)) + 1, load * servers * trace.slot_s);
  ClusterOptions cluster;
  cluster.service_rate = 1;
  PolicyOptions policy;
  policy.fixed.nodes = servers;
  Controller controller(make_policy("static", policy, {}), {});
  PoissonJobs source(trace, ServiceTimes(ServiceTimes::Kind::exponential, 1, 1), 1);
  double waited = 0, begun = 0;
  const double seconds = bench::seconds_of([&] {
    simulate_events(trace, source,
                    [](Servers::Waited wait, Servers::Drained drain) {
                      return std::make_unique<FcfsServers>(std::move(wait), std::move(drain));
                    },
                    cluster, {}, controller, daybreak::StopToken(), [&](const SlotReport& slot) {
                      waited += slot.wait_s * slot.served;
                      begun += slot.served;
                    });
  });
  const double exact = erlang_wait(servers, load), found = waited / begun;
  std::printf("%d servers, load %g, %.0f jobs: mean wait %.5f (Erlang %.5f), %.2f million jobs/s\n", servers, load, begun, found, exact,
              begun / seconds / 1e6);
  return std::abs(found / exact - 1) < 0.1 ? 0 : 1;
}
