#include "tools/plan-scale/sim_plot.h"

#include <algorithm>

#include "tools/frame/gnuplot.h"

namespace daybreak::plan_scale {
namespace {

constexpr std::size_t kMostPoints = 1200;
constexpr int kPanelHeight = 320, kPanels = 3;

}  // namespace

SimPlot::SimPlot(std::size_t slots, double slot_s, double service_rate, double band_low, double band_high)
    : slots_a_point_((slots + kMostPoints - 1) / kMostPoints),
      slot_s_(slot_s),
      service_rate_(service_rate),
      band_low_(band_low),
      band_high_(band_high) {}

void SimPlot::add(std::string_view policy, const scaling::SlotReport& slot) {
  if (slot.time_s == 0) curves_.push_back({std::string(policy), {}});
  std::vector<Point>& points = curves_.back().points;
  const auto at = static_cast<std::size_t>(slot.time_s / slot_s_ + 0.5) / slots_a_point_;
  if (at == points.size()) points.emplace_back();
  Point& point = points.back();
  ++point.slots;
  point.load += slot.arrivals / slot_s_ / service_rate_;
  point.nodes += static_cast<double>(slot.nodes);
  point.utilization += slot.utilization;
  point.wait_s = std::max(point.wait_s, slot.seen.queue.value_or(0) / (service_rate_ * std::max(1.0, static_cast<double>(slot.nodes))));
}

std::string SimPlot::data() const {
  std::string text;
  for (std::size_t c = 0; c < curves_.size(); ++c) {
    text += "$policy" + std::to_string(c) + " << END_OF_POLICY\n";
    double slot = 0;
    for (const Point& point : curves_[c].points) {
      for (const double value : {slot * slot_s_ / 3600, point.load / point.slots, point.nodes / point.slots, point.wait_s,
                                 point.utilization / point.slots})
        text += frame::gnuplot_number(value) + " ";
      text += "\n";
      slot += point.slots;
    }
    text += "END_OF_POLICY\n";
  }
  return text;
}

std::string SimPlot::panel(const std::string& settings, int column, const std::string& more) const {
  std::string text = settings + "plot " + more;
  for (std::size_t c = 0; c < curves_.size(); ++c)
    text += "$policy" + std::to_string(c) + " using 1:" + std::to_string(column) + " with steps linecolor " + std::to_string(c + 1) +
            " title " + frame::gnuplot_text(curves_[c].policy) + (c + 1 < curves_.size() ? ", " : "\n");
  return text;
}

void SimPlot::draw(const std::string& path, io::AtomicFile& file) const {
  const auto line = [](double at) { return frame::gnuplot_number(at) + " with lines linecolor 'black' dashtype 2 notitle, "; };
  const std::string script =
      data() + "set multiplot layout 3,1\nset grid\nset key outside right top\nset lmargin 10\nset rmargin 22\n" +
      "set xlabel 'hours'\nset yrange [0:*]\n" +
      panel("set ylabel 'nodes'\n", 3,
            "$policy0 using 1:2 with filledcurves y1=0 linecolor 'light-gray' title 'load, in nodes', ") +
      panel("set ylabel 'queue (s of all nodes)'\n", 4, "") +
      panel("set ylabel 'utilization'\nset yrange [0:1.05]\n", 5, line(band_low_) + line(band_high_)) + "unset multiplot\n";
  frame::draw(script, kPanels * kPanelHeight, path, file);
}

}  // namespace daybreak::plan_scale
