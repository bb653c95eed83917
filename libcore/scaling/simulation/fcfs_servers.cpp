#include "libcore/scaling/simulation/fcfs_servers.h"

namespace daybreak::scaling {

void FcfsServers::join(double time_s, std::int64_t nodes) {
  for (std::int64_t i = 0; i < nodes; ++i) {
    if (spare_.empty()) {
      spare_.push_back(static_cast<std::uint32_t>(running_.size()));
      running_.emplace_back();
      free_.reserve(running_.size());
    }
    order_.push_back(spare_.back());
    free_.set(spare_.back(), time_s);
    spare_.pop_back();
  }
}

void FcfsServers::retire(std::uint32_t server) {
  free_.set(server, ServerTree::kNever);
  spare_.push_back(server);
}

void FcfsServers::release_oldest(double time_s, std::size_t label) {
  const std::uint32_t server = order_.front();
  order_.pop_front();
  const double left_s = std::max(free_.time(server) - time_s, 0.0);
  carried_s_ -= left_s;
  if (left_s > 0) drained_(left_s, label);
  retire(server);
}

void FcfsServers::lose(double time_s, std::span<const std::int64_t> places) {
  std::vector<Job> again;
  for (auto place = places.rbegin(); place != places.rend(); ++place) {  // from behind, so that the other places stay true
    const std::uint32_t server = order_[static_cast<std::size_t>(*place)];
    order_.erase(order_.begin() + *place);
    if (const double left_s = free_.time(server) - time_s; left_s > 0) {
      carried_s_ -= left_s;
      again.push_back(running_[server]);
    }
    retire(server);
  }
  queue_.push_front(std::move(again));
}

void FcfsServers::begin(const Job& job, double start_s) {
  const std::uint32_t server = free_.first();
  free_.set(server, start_s + job.service_s);
  running_[server] = job;
  work_.busy_s += job.service_s;
  work_.waited_s += start_s - job.arrival_s;
  ++work_.begun;
  waited_(start_s - job.arrival_s);
}

void FcfsServers::begin_waiting(double end_s) {
  for (; !queue_.empty(); queue_.pop()) {
    const double start_s = start_of(queue_.front());
    if (start_s >= end_s) return;
    begin(queue_.front(), start_s);
  }
}

void FcfsServers::serve(std::span<const Job> jobs, double end_s) {
  begin_waiting(end_s);
  for (const Job& job : jobs) {
    const double start_s = start_of(job);
    // The queue stays in order: as long as one waits for the next slot, so do all after it.
    if (start_s < end_s && queue_.empty()) begin(job, start_s);
    else queue_.push(job);
  }
}

SlotWork FcfsServers::end_slot(double end_s) {
  begin_waiting(end_s);
  const double left_s = remaining(end_s);
  SlotWork work = work_;
  work.busy_s += carried_s_ - left_s;
  carried_s_ = left_s;
  work_ = {};
  return work;
}

double FcfsServers::remaining(double time_s) const {
  double sum = 0;
  for (const std::uint32_t server : order_) sum += std::max(free_.time(server) - time_s, 0.0);
  return sum;
}

}  // namespace daybreak::scaling
