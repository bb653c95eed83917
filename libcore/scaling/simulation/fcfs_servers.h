#pragma once
// G/G/k: nodes that serve one job at a time.
#include <deque>
#include <vector>

#include "libcore/scaling/simulation/job_queue.h"
#include "libcore/scaling/simulation/server_tree.h"
#include "libcore/scaling/simulation/servers.h"

namespace daybreak::scaling {

/// A job starts at the later of its arrival and the first time at which a server is free (Kiefer and Wolfowitz 1955); jobs
/// that would start beyond the slot wait in a queue, for by then there may be other nodes. Cost of a job: O(log nodes).
class FcfsServers : public Servers {
 public:
  FcfsServers(Waited waited, Drained drained) : waited_(std::move(waited)), drained_(std::move(drained)) {}

  void join(double time_s, std::int64_t nodes) override;
  void release_oldest(double time_s, std::size_t label) override;
  void lose(double time_s, std::span<const std::int64_t> places) override;
  void serve(std::span<const Job> jobs, double end_s) override;
  SlotWork end_slot(double end_s) override;
  std::int64_t nodes() const override { return static_cast<std::int64_t>(order_.size()); }
  std::int64_t waiting() const override { return static_cast<std::int64_t>(queue_.size()); }
  std::int64_t places() const override { return 1; }

 private:
  void begin_waiting(double end_s);
  void begin(const Job& job, double start_s);
  double start_of(const Job& job) const { return std::max(job.arrival_s, free_.first_time()); }
  double remaining(double time_s) const;
  void retire(std::uint32_t server);

  Waited waited_;
  Drained drained_;
  ServerTree free_;                  // when each server is free
  std::deque<std::uint32_t> order_;  // servers that take jobs, the oldest first
  std::vector<std::uint32_t> spare_; // numbers of servers that have gone
  std::vector<Job> running_;         // by server: what it began last
  JobQueue queue_;
  SlotWork work_;
  double carried_s_ = 0;             // service that the servers had begun and not done at the beginning of the slot
};

}  // namespace daybreak::scaling
