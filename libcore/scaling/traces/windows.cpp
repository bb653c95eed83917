#include "libcore/scaling/traces/windows.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/median.h"

namespace daybreak::scaling {
namespace {

constexpr double kGapFactor = 1.5;
// An arrival process that brings 20 in a window leaves one empty by chance once in 5e8 windows (Poisson: exp(-20)).
constexpr double kSureUnits = 20, kBusyShare = 0.25;

double usual_step(const std::vector<Window>& rows) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < rows.size(); ++i) steps.push_back(rows[i].begin_s - rows[i - 1].begin_s);
  const std::size_t middle = (steps.size() - 1) / 2;  // of two the shorter one: gaps only make steps longer
  std::nth_element(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(middle), steps.end());
  return steps[middle];
}

double end_of(const Windows& all, std::size_t i) {
  return i + 1 < all.windows.size() ? all.windows[i + 1].begin_s : all.end_s;
}

/// Growth between samples instead of samples; the last sample only ends the last window.
void counter_to_rates(Windows& all) {
  std::uint64_t resets = 0;
  auto& rows = all.windows;
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
    const bool reset = rows[i + 1].rate < rows[i].rate;
    resets += reset;
    const double growth = rows[i + 1].rate - (reset ? 0 : rows[i].rate);
    rows[i].rate = growth / (rows[i + 1].begin_s - rows[i].begin_s);
  }
  all.end_s = rows.back().begin_s;
  rows.pop_back();
  if (resets > 0) all.columns += ", " + std::to_string(resets) + (resets == 1 ? " reset" : " resets");
}

void counts_to_rates(Windows& all) {
  for (std::size_t i = 0; i < all.windows.size(); ++i) {
    const double width = end_of(all, i) - all.windows[i].begin_s;
    all.windows[i].rate /= width > kGapFactor * all.step_s ? all.step_s : width;
  }
}

std::string seconds(double value) {
  return std::to_string(std::llround(value)) + " s";
}

void judge_gaps(Windows& all, bool zero, bool counted) {
  double missing = 0;
  std::vector<Window> filled;
  for (std::size_t i = 0; i < all.windows.size(); ++i) {
    const double begin = all.windows[i].begin_s, width = end_of(all, i) - begin;
    if (zero) filled.push_back(all.windows[i]);
    if (width <= kGapFactor * all.step_s) continue;
    ++all.gaps;
    missing += width - all.step_s;
    if (zero) filled.push_back({begin + all.step_s, 0});
  }
  if (all.gaps == 0 || counted) return;
  if (zero) all.windows = std::move(filled);
  all.warnings.push_back("rows are missing in " + std::to_string(all.gaps) + (all.gaps == 1 ? " gap of " : " gaps of together ") +
                         seconds(missing) +
                         (zero ? ", read as no load (--outage zero)" : ": the rate before holds over them; --outage zero reads no load"));
}

void judge_zeros(Windows& all, bool zero) {
  std::vector<double> loads;
  for (const Window& window : all.windows) loads.push_back(window.rate * all.step_s);
  double empty = 0;
  for (const auto& [first, last] : outages(loads)) {
    ++all.zero_runs;
    empty += all.windows[last].begin_s - all.windows[first].begin_s;
    for (std::size_t i = first; i < last && !zero; ++i) all.windows[i].rate = all.windows[first - 1].rate;
  }
  if (all.zero_runs > 0) all.warnings.push_back(zero_run_warning(all.zero_runs, empty, zero));
}

/// Adds a rate that runs straight from (x0, y0) to (x1, y1) to the slots that it covers.
void add_ramp(std::vector<double>& arrivals, double slot, double x0, double y0, double x1, double y1) {
  const auto at = [&](double x) { return y0 == y1 ? y0 : y0 + (y1 - y0) * ((x - x0) / (x1 - x0)); };
  for (auto i = static_cast<std::size_t>(x0 / slot); i < arrivals.size(); ++i) {
    const double from = std::max(x0, static_cast<double>(i) * slot), to = std::min(x1, static_cast<double>(i + 1) * slot);
    if (from >= x1) break;
    if (to > from) arrivals[i] += (at(from) + at(to)) / 2 * (to - from);
  }
}

}  // namespace

std::string zero_run_warning(std::uint64_t runs, double total_s, bool zero) {
  return "the load is zero at once in " + std::to_string(runs) + (runs == 1 ? " run of " : " runs of together ") + seconds(total_s) +
         ", as in an outage" +
         (zero ? ", read as no load (--outage zero)" : ": the rate before holds over it; --outage zero reads no load");
}

std::vector<std::pair<std::size_t, std::size_t>> outages(const std::vector<double>& loads) {
  std::vector<double> busy;
  std::copy_if(loads.begin(), loads.end(), std::back_inserter(busy), [](double load) { return load > 0; });
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  if (busy.empty() || busy.size() == loads.size()) return runs;
  const double least = std::max(kSureUnits, kBusyShare * median(std::move(busy)));
  for (std::size_t first = 1; first < loads.size(); ++first) {
    if (loads[first] > 0) continue;
    std::size_t last = first;
    while (last < loads.size() && loads[last] == 0) ++last;
    if (last < loads.size() && loads[first - 1] >= least && loads[last] >= least) runs.emplace_back(first, last);
    first = last;
  }
  return runs;
}

Windows windows_of(Samples samples, const std::string& outage) {
  const bool counter = samples.kind == RowKind::counter, zero = outage == "zero";
  const std::size_t least = counter ? 3 : 2;
  if (samples.rows.size() < least)
    throw data_error(samples.name,
                     "expected at least " + std::string(counter ? "three" : "two") + " rows, found " + std::to_string(samples.rows.size()));
  Windows all;
  all.rows = samples.rows.size();
  all.columns = std::move(samples.columns);
  all.warnings = std::move(samples.warnings);
  all.windows = std::move(samples.rows);
  all.step_s = usual_step(all.windows);
  if (counter) counter_to_rates(all);
  else all.end_s = all.windows.back().begin_s + all.step_s;
  if (samples.kind == RowKind::count) counts_to_rates(all);
  judge_zeros(all, zero);
  judge_gaps(all, zero, counter);
  return all;
}

std::vector<double> resample(const Windows& all, double slot_s, std::size_t slots, bool linear) {
  std::vector<double> arrivals(slots, 0.0);
  const double start = all.windows.front().begin_s;
  double x = 0, y = all.windows.front().rate;  // up to where the rate is known
  const auto reach = [&](double next_x, double next_y) {
    add_ramp(arrivals, slot_s, x, linear ? y : next_y, next_x, next_y);
    x = next_x, y = next_y;
  };
  for (std::size_t i = 0; i < all.windows.size(); ++i) {
    const double begin = all.windows[i].begin_s - start, end = end_of(all, i) - start, rate = all.windows[i].rate;
    const bool wide = end - begin > kGapFactor * all.step_s;
    if (linear) reach(wide ? begin + all.step_s / 2 : (begin + end) / 2, rate);
    if (!linear || wide || i + 1 == all.windows.size()) reach(linear && i + 1 < all.windows.size() ? end - all.step_s / 2 : end, rate);
  }
  return arrivals;
}

}  // namespace daybreak::scaling
