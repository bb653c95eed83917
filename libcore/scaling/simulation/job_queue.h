#pragma once
// Jobs that wait, in the order in which they arrived.
#include <algorithm>
#include <deque>
#include <vector>

#include "libcore/scaling/simulation/job.h"

namespace daybreak::scaling {

class JobQueue {
 public:
  bool empty() const { return jobs_.empty(); }
  std::size_t size() const { return jobs_.size(); }
  const Job& front() const { return jobs_.front(); }
  void push(const Job& job) { jobs_.push_back(job); }
  void pop() { jobs_.pop_front(); }
  /// Jobs that had begun before all of these wait again.
  void push_front(std::vector<Job> jobs) {
    std::stable_sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return a.arrival_s < b.arrival_s; });
    jobs_.insert(jobs_.begin(), jobs.begin(), jobs.end());
  }

 private:
  std::deque<Job> jobs_;
};

}  // namespace daybreak::scaling
