#include "libcore/scaling/simulation/fluid.h"

#include <algorithm>

#include "libcore/scaling/simulation/slot_model.h"

namespace daybreak::scaling {
namespace {

class FluidModel : public SlotModel {
 public:
  using SlotModel::SlotModel;

 protected:
  Served serve(std::size_t slot, double, double) override {
    Served work{.arrivals = trace_.arrivals[slot]};
    work.capacity = static_cast<double>(cluster_.serving()) * mu_ * trace_.slot_s;
    work.served = work.busy = std::min(queue_ + work.arrivals, work.capacity);
    queue_ = work.queue = queue_ + work.arrivals - work.served;
    work.wait_s = backlog_s(queue_);
    ledger_.waited(work.wait_s, work.arrivals);
    return work;
  }

 private:
  double queue_ = 0;
};

}  // namespace

PolicyReport simulate_fluid(const Trace& trace, const ClusterOptions& cluster, const LimitOptions& limits, Controller& controller,
                            const StopToken& stop, const EachSlot& each_slot) {
  return FluidModel(trace, cluster, limits, controller).replay(stop, each_slot);
}

}  // namespace daybreak::scaling
