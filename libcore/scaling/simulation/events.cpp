#include "libcore/scaling/simulation/events.h"

#include <numeric>

#include "libcore/base/error.h"
#include "libcore/scaling/simulation/slot_model.h"

namespace daybreak::scaling {
namespace {

// Some 100 bytes a node, and some ten million jobs a second.
constexpr std::int64_t kMostNodes = 10'000'000;
constexpr double kMostJobs = 1e11;

void refuse_many_jobs(const Trace& trace) {
  const double jobs = std::accumulate(trace.arrivals.begin(), trace.arrivals.end(), 0.0);
  if (jobs > kMostJobs) throw usage_error("--model events: the trace has more than 100 billion jobs", "use the fluid model");
}

class EventModel : public SlotModel {
 public:
  EventModel(const Trace& trace, JobSource& jobs, const MakeServers& make_servers, const ClusterOptions& cluster,
             const LimitOptions& limits, Controller& controller, const StopToken& stop)
      : SlotModel(trace, cluster, limits, controller),
        jobs_(jobs),
        stop_(stop),
        servers_(make_servers([this](double wait_s) { ledger_.waited(wait_s, 1); },
                              [this](double seconds, std::size_t holding) {
                                ledger_.drained(seconds, cluster_.holdings()[holding].price_per_hour);
                              })) {}

 protected:
  Served serve(std::size_t, double begin_s, double end_s) override {
    if (cluster_.serving() > kMostNodes)
      throw usage_error("--model events: more than 10 million nodes serve at once", "use the fluid model, or lower --max-nodes");
    servers_->join(begin_s, cluster_.serving() - servers_->nodes());
    Served work;
    for (auto block = jobs_.next(end_s); !block.empty(); block = jobs_.next(end_s)) {
      stop_.check();
      servers_->serve(block, end_s);
      work.arrivals += static_cast<double>(block.size());
    }
    const SlotWork done = servers_->end_slot(end_s);
    work.served = static_cast<double>(done.begun);
    work.busy = done.busy_s;
    work.capacity = static_cast<double>(cluster_.serving() * servers_->places()) * trace_.slot_s;
    work.queue = static_cast<double>(servers_->waiting());
    work.wait_s = done.begun > 0 ? done.waited_s / work.served : 0;
    return work;
  }
  std::vector<std::int64_t>* lost_places() override { return &lost_; }
  void lose(double time_s) override { servers_->lose(time_s, lost_); }
  void release(double time_s, std::span<const Released> released) override {
    for (const auto& [holding, nodes] : released)
      for (std::int64_t i = 0; i < nodes; ++i) servers_->release_oldest(time_s, holding);
  }
  void finish() override { servers_->end_slot(kForever); }

 private:
  JobSource& jobs_;
  const StopToken& stop_;
  std::vector<std::int64_t> lost_;
  std::unique_ptr<Servers> servers_;
};

}  // namespace

PolicyReport simulate_events(const Trace& trace, JobSource& jobs, const MakeServers& make_servers, const ClusterOptions& cluster,
                             const LimitOptions& limits, Controller& controller, const StopToken& stop, const EachSlot& each_slot) {
  refuse_many_jobs(trace);
  return EventModel(trace, jobs, make_servers, cluster, limits, controller, stop).replay(stop, each_slot);
}

}  // namespace daybreak::scaling
