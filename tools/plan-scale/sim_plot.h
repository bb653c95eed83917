#pragma once
// A replay as a picture: load and nodes, waiting work, utilization and its band.
#include <string>
#include <string_view>
#include <vector>

#include "libcore/io/atomic_file.h"
#include "libcore/scaling/simulation/report.h"

namespace daybreak::plan_scale {

/// Gathers curves of at most about 1200 points each, whatever the length of the trace: neighboring slots share a point, with
/// the mean of load, nodes and utilization and the longest wait.
class SimPlot {
 public:
  SimPlot(std::size_t slots, double slot_s, double service_rate, double band_low, double band_high);
  void add(std::string_view policy, const scaling::SlotReport& slot);
  void draw(const std::string& path, io::AtomicFile& file) const;

 private:
  struct Point {
    double slots = 0, load = 0, nodes = 0, utilization = 0, wait_s = 0;
  };
  struct Curve {
    std::string policy;
    std::vector<Point> points;
  };
  std::string data() const;
  std::string panel(const std::string& settings, int column, const std::string& more) const;

  std::size_t slots_a_point_;
  double slot_s_, service_rate_, band_low_, band_high_;
  std::vector<Curve> curves_;
};

}  // namespace daybreak::plan_scale
