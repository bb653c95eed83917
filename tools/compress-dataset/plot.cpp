#include "tools/compress-dataset/plot.h"

#include <algorithm>
#include <span>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/dataset/summary.h"
#include "tools/frame/gnuplot.h"

namespace daybreak::compress_dataset {
namespace {

constexpr std::size_t kMostBars = 24, kMostNames = 12;  // more would lie on each other
constexpr int kPanelHeight = 540;

/// "x: zstd9-shuffle", by the form of most chunks.
std::string label(const dataset::KeptArray& array) {
  const auto most = std::max_element(array.pipelines.begin(), array.pipelines.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return frame::gnuplot_text(array.info.name + (most == array.pipelines.end() ? "" : ": " + most->first));
}

std::string sizes_script(const std::vector<dataset::SummaryRow>& rows) {
  const std::size_t shown = std::min(rows.size(), kMostBars);
  std::string script = "$sizes << END_OF_SIZES\n";
  for (const dataset::SummaryRow& row : std::span(rows).first(shown))
    script += label(*row.array) + " " + std::to_string(row.array->info.bytes()) + " " +
              std::to_string(std::max<std::uint64_t>(row.array->stored_bytes, 1)) + "\n";
  script += "END_OF_SIZES\nset title '" + std::to_string(shown) + " of " + std::to_string(rows.size()) + " arrays'\n";
  return script +
         "set ylabel 'bytes'\nset logscale y\nset style data histogram\nset style fill solid\nset xtics rotate by -35 "
         "font ',9'\n"
         "set yrange [1:*]\nset grid y\nset key top right\n"
         "plot $sizes using 2:xtic(1) title 'plain', '' using 3 title 'stored'\n";
}

std::string losses_script(const std::vector<dataset::SummaryRow>& rows) {
  std::string script = "$losses << END_OF_LOSSES\n";
  double most = 1;
  std::size_t named = 0;
  for (const dataset::SummaryRow& row : rows) {
    if (!row.array->loss || row.array->loss->integrity >= 1) continue;
    const auto values = static_cast<double>(row.array->info.bytes() / io::dtype_bytes(row.array->info.type));
    const double bits = 8 * static_cast<double>(row.array->stored_bytes) / values;
    most = std::max(most, bits);
    script += frame::gnuplot_number(bits) + " " + frame::gnuplot_number(1 - row.array->loss->integrity) + " " +
              frame::gnuplot_text(named++ < kMostNames ? row.array->info.name : "") + "\n";
  }
  return script + "END_OF_LOSSES\nreset\nset title 'rate and loss'\nset xlabel 'bits a value'\n" +
         "set ylabel '1 - integrity'\nset logscale y\nset format y '10^%T'\nset grid\nset xrange [0:" +
         frame::gnuplot_number(1.2 * most + 1) +
         "]\nplot $losses using 1:2:3 with labels point pointtype 7 offset 1,1 notitle, "
         "2**(-2*x) title 'least of normal values'\n";
}

}  // namespace

void plot_summary(const dataset::Layout& layout, const std::string& path, io::AtomicFile& file) {
  std::vector<dataset::SummaryRow> rows = dataset::summary_rows(layout);
  std::stable_sort(rows.begin(), rows.end(), [](const dataset::SummaryRow& a, const dataset::SummaryRow& b) {
    return a.array->info.bytes() > b.array->info.bytes();
  });
  const bool empty = std::none_of(rows.begin(), rows.end(),
                                  [](const dataset::SummaryRow& row) { return row.array->info.bytes() > 0; });
  if (empty) throw data_error(layout.inputs.empty() ? "the file" : layout.inputs[0].name, "has nothing to plot");
  const bool lossy = dataset::integrity_of(layout) < 1;
  const std::string script =
      lossy ? "set multiplot layout 2,1\n" + sizes_script(rows) + losses_script(rows) + "unset multiplot\n"
            : sizes_script(rows);
  frame::draw(script, lossy ? 2 * kPanelHeight : kPanelHeight, path, file);
}

}  // namespace daybreak::compress_dataset
