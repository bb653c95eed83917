#pragma once
// Pictures of returns, one above the other.
#include <span>
#include <string>
#include <vector>

#include "libcore/finance/chance/tornado.h"
#include "libcore/finance/model/crossings.h"
#include "libcore/finance/model/model.h"
#include "libcore/io/atomic_file.h"

namespace daybreak::roi_calc {

/// What gnuplot draws, and the named data that it draws from.
struct Panel {
  std::string data, script;
};

/// "name (unit)", for an axis.
std::string with_unit(const std::string& name, const std::string& unit);

/// The payments of each time, discounted by `rate`, each bar from where the one before ended; the last bar is their sum.
Panel waterfall_panel(std::span<const finance::ModelPayment> payments, double rate, const std::string& unit);
/// A bar for each input that moves `output`, the widest on top, at most 20; from its result at the low to that at the high input.
Panel tornado_panel(const finance::Model& model, std::span<const finance::Influence> bars, double base, const std::string& output);
/// How often results lie where, between percentiles 0.1 and 99.9, with percentiles 5, 50, 95 and zero; what has no value is left out.
Panel distribution_panel(std::span<const double> results, const std::string& output, const std::string& unit);

/// A curve over an input, and where it is zero.
struct CurvePanel {
  std::string x_label, y_label;
  std::vector<double> x, y;
  std::vector<finance::Crossing> zeros;

  void sample(const finance::Curve& curve, double low, double high);
};
Panel break_even_panel(const CurvePanel& curve);

/// Draws panels, all of the same height, into `file`, which will be called `path`. Errors as frame::draw()'s.
void draw_panels(const std::vector<Panel>& panels, const std::string& path, io::AtomicFile& file);

}  // namespace daybreak::roi_calc
