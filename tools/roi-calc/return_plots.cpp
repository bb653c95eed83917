#include "tools/roi-calc/return_plots.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/percentile.h"
#include "tools/frame/gnuplot.h"
#include "tools/frame/text.h"

namespace daybreak::roi_calc {
namespace {

using frame::gnuplot_number;
using frame::gnuplot_text;

constexpr int kPanelHeight = 400;
constexpr std::size_t kMostBars = 20, kBins = 60, kCurvePoints = 400;

std::string row(std::initializer_list<double> values, const std::string& rest = {}) {
  std::string text;
  for (const double value : values) text += gnuplot_number(value) + " ";
  return text + rest + "\n";
}

/// "$name << END ... END".
std::string block(const std::string& name, const std::string& rows) {
  return "$" + name + " << END_OF_ROWS\n" + rows + "END_OF_ROWS\n";
}

/// Another curve of a plot: rows of x y xlow xhigh ylow yhigh as boxes; nothing where there are no rows.
std::string boxes(const std::string& name, const std::string& rows, const std::string& color, const std::string& title = {}) {
  if (rows.empty()) return {};
  return ", $" + name + " using 1:2:3:4:5:6 with boxxyerror fillcolor rgb '" + color + "' linecolor rgb '" + color + "' " +
         (title.empty() ? "notitle" : "title '" + title + "'");
}

std::string vertical_line(double x, const std::string& color) {
  return "set arrow from " + gnuplot_number(x) + ", graph 0 to " + gnuplot_number(x) + ", graph 1 nohead linecolor '" + color +
         "' dashtype 2\n";
}

}  // namespace

std::string with_unit(const std::string& name, const std::string& unit) {
  return unit.empty() ? name : name + " (" + (unit == "%" ? "percent" : unit) + ")";
}

Panel waterfall_panel(std::span<const finance::ModelPayment> payments, double rate, const std::string& unit) {
  std::vector<std::pair<double, double>> sums;  // time, present value
  for (const finance::ModelPayment& payment : payments) {
    const double value = payment.amount * std::pow(1 + rate, -payment.time);
    if (!sums.empty() && sums.back().first == payment.time)
      sums.back().second += value;
    else
      sums.emplace_back(payment.time, value);
  }
  std::string spent, earned, labels;
  const std::size_t every = sums.size() / 24 + 1;
  double before = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto at = static_cast<double>(i);
    const double after = before + sums[i].second;
    (sums[i].second < 0 ? spent : earned) += row({at, before, at - 0.4, at + 0.4, std::min(before, after), std::max(before, after)});
    before = after;
    if (i % every == 0) labels += gnuplot_text(frame::number(sums[i].first)) + " " + gnuplot_number(at) + ", ";
  }
  const auto end = static_cast<double>(sums.size());
  const std::string sum = row({end, before, end - 0.4, end + 0.4, std::min(0.0, before), std::max(0.0, before)});
  return {block("spent", spent) + block("earned", earned) + block("sum", sum),
          "set title 'present value of the payments, year by year'\nset ylabel " + gnuplot_text(unit) +
              "\nset xlabel 'years'\nset grid y\n" + "set xrange [-0.6:" + gnuplot_number(end + 0.6) +
              "]\nset style fill solid 1\nset xtics scale 0 (" + labels + "'npv' " + gnuplot_number(end) +
              ")\nplot 0 with lines linecolor 'black' notitle" + boxes("spent", spent, "#b04030") + boxes("earned", earned, "#3f7f5f") +
              boxes("sum", sum, "#35577d") + "\n"};
}

Panel tornado_panel(const finance::Model& model, std::span<const finance::Influence> bars, double base, const std::string& output) {
  std::string low, high, labels;
  std::size_t shown = 0;
  for (const finance::Influence& bar : bars) {
    if (bar.undefined > 0 || shown == kMostBars) continue;
    const double at = -static_cast<double>(shown++);
    low += row({base, at, std::min(base, bar.low_result), std::max(base, bar.low_result), at - 0.4, at + 0.4});
    high += row({base, at, std::min(base, bar.high_result), std::max(base, bar.high_result), at - 0.4, at + 0.4});
    const finance::ModelInput& input = model.inputs()[bar.input];
    labels += (labels.empty() ? "" : ", ") +
              gnuplot_text(input.name + ": " + frame::number(bar.low_input) + " to " + frame::number(bar.high_input)) + " " +
              gnuplot_number(at);
  }
  return {block("tornado_low", low) + block("tornado_high", high),
          "set title 'one input at a time'\nset xlabel " + gnuplot_text(with_unit(output, model.output(output).unit)) +
              "\nset ytics scale 0 (" + labels + ")\nset yrange [" + gnuplot_number(0.3 - static_cast<double>(shown)) +
              ":0.7]\nset grid x\nset style fill solid 1\n" + vertical_line(base, "black") +
              "set key outside top center horizontal\nplot " + gnuplot_number(1) + " with lines linecolor 'black' notitle" +
              boxes("tornado_low", low, "#c08a40", "at the low value") + boxes("tornado_high", high, "#35577d", "at the high value") +
              "\n"};
}

Panel distribution_panel(std::span<const double> results, const std::string& output, const std::string& unit) {
  std::vector<double> sorted;
  std::copy_if(results.begin(), results.end(), std::back_inserter(sorted), [](double one) { return std::isfinite(one); });
  std::sort(sorted.begin(), sorted.end());
  if (sorted.empty()) return {block("distribution", "0 0\n"), "set title 'no case has a value'\nplot $distribution with points notitle\n"};
  const double low = sorted_percentile(sorted, 0.1), high = std::max(sorted_percentile(sorted, 99.9), std::nextafter(low, HUGE_VAL));
  std::vector<double> counts(kBins);
  for (const double one : sorted)
    if (one >= low && one <= high) counts[std::min(kBins - 1, static_cast<std::size_t>((one - low) / (high - low) * kBins))] += 1;
  const double width = (high - low) / kBins;
  std::string rows;
  for (std::size_t i = 0; i < kBins; ++i)
    rows += row({low + (static_cast<double>(i) + 0.5) * width, 100 * counts[i] / static_cast<double>(results.size())});
  std::string script = "set title 'how likely it is, with percentiles 5, 50 and 95'\nset xlabel " + gnuplot_text(with_unit(output, unit)) +
                       "\nset ylabel '% of the cases'\nset yrange [0:*]\nset grid y\nset style fill solid 1\n";
  for (const double percent : {5.0, 50.0, 95.0}) script += vertical_line(sorted_percentile(sorted, percent), "#35577d");
  if (low < 0 && high > 0) script += vertical_line(0, "#b04030");
  return {block("distribution", rows), script + "plot $distribution using 1:2 with boxes linecolor '#7fa0c0' notitle\n"};
}

void CurvePanel::sample(const finance::Curve& curve, double low, double high) {
  for (std::size_t i = 0; i <= kCurvePoints; ++i) x.push_back(low + (high - low) * static_cast<double>(i) / kCurvePoints);
  y.resize(x.size());
  curve(x, y);
}

Panel break_even_panel(const CurvePanel& curve) {
  std::string rows, zeros;
  for (std::size_t i = 0; i < curve.x.size(); ++i) rows += std::isfinite(curve.y[i]) ? row({curve.x[i], curve.y[i]}) : "\n";
  for (const finance::Crossing& zero : curve.zeros) zeros += row({zero.from, 0}, gnuplot_text(frame::number(zero.from)));
  const std::string points = zeros.empty() ? ""
                                           : ", $zeros using 1:2 with points pointtype 7 linecolor '#b04030' notitle, "
                                             "$zeros using 1:2:3 with labels offset 0,1 notitle";
  return {block("curve", rows) + block("zeros", zeros), "set xlabel " + gnuplot_text(curve.x_label) + "\nset ylabel " +
                                                            gnuplot_text(curve.y_label) +
                                                            "\nset grid\nplot 0 with lines linecolor 'black' notitle, "
                                                            "$curve using 1:2 with lines linewidth 2 linecolor '#35577d' notitle" +
                                                            points + "\n"};
}

void draw_panels(const std::vector<Panel>& panels, const std::string& path, io::AtomicFile& file) {
  std::string script;
  for (const Panel& panel : panels) script += panel.data;
  script += "set multiplot layout " + std::to_string(panels.size()) + ",1\n";
  for (const Panel& panel : panels) script += "reset\n" + panel.script;
  frame::draw(script + "unset multiplot\n", kPanelHeight * static_cast<int>(panels.size()), path, file);
}

}  // namespace daybreak::roi_calc
