#include "libcore/scaling/simulation/poisson_jobs.h"

namespace daybreak::scaling {

PoissonJobs::PoissonJobs(const Trace& trace, const ServiceTimes& service, std::uint64_t seed)
    : trace_(trace),
      service_(service),
      arrivals_(seed, kArrivalStream),
      services_(seed, kServiceStream),
      gap_(arrivals_.exponential()) {
  block_.reserve(kBlock);
}

std::span<const Job> PoissonJobs::next(double end_s) {
  block_.clear();
  while (block_.size() < kBlock && slot_ < trace_.arrivals.size()) {
    const double slot_end = static_cast<double>(slot_ + 1) * trace_.slot_s;
    const double rate = trace_.arrivals[slot_] / trace_.slot_s, time = at_s_ + gap_ / rate;
    if (!(time < slot_end)) {  // also where the rate is 0
      if (slot_end > end_s) break;
      gap_ -= (slot_end - at_s_) * rate;
      at_s_ = slot_end;
      ++slot_;
      continue;
    }
    if (time >= end_s) break;
    block_.push_back({.arrival_s = time, .service_s = service_.draw(services_)});
    at_s_ = time;
    gap_ = arrivals_.exponential();
  }
  return block_;
}

}  // namespace daybreak::scaling
