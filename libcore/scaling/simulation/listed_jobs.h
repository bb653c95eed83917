#pragma once
// Jobs that are all known beforehand.
#include <algorithm>
#include <vector>

#include "libcore/scaling/simulation/job.h"

namespace daybreak::scaling {

/// `jobs`, which must be in the order of arrival.
class ListedJobs : public JobSource {
 public:
  explicit ListedJobs(std::span<const Job> jobs) : rest_(jobs) {}
  std::span<const Job> next(double end_s) override {
    const auto end = std::partition_point(rest_.begin(), rest_.end(), [&](const Job& job) { return job.arrival_s < end_s; });
    const auto given = rest_.first(static_cast<std::size_t>(end - rest_.begin()));
    rest_ = rest_.subspan(given.size());
    return given;
  }

 private:
  std::span<const Job> rest_;
};

}  // namespace daybreak::scaling
