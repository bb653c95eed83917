#pragma once
// Jobs at random times, as many as a trace says on average.
#include <vector>

#include "libcore/scaling/simulation/job.h"
#include "libcore/scaling/simulation/service_times.h"
#include "libcore/scaling/traces/trace.h"

namespace daybreak::scaling {

/// A Poisson process whose rate is constant within each slot. The gaps are exponential in the expected number of arrivals,
/// which runs over slots, so that nothing special happens at their ends. Memory: one block of jobs.
class PoissonJobs : public JobSource {
 public:
  PoissonJobs(const Trace& trace, const ServiceTimes& service, std::uint64_t seed);
  std::span<const Job> next(double end_s) override;

 private:
  static constexpr std::size_t kBlock = 512;
  static constexpr std::uint64_t kArrivalStream = 3, kServiceStream = 4;

  const Trace& trace_;
  ServiceTimes service_;
  RandomStream arrivals_, services_;
  std::size_t slot_ = 0;
  double at_s_ = 0;    // the arrival before, or the beginning of the slot
  double gap_;         // expected arrivals until the next one
  std::vector<Job> block_;
};

}  // namespace daybreak::scaling
