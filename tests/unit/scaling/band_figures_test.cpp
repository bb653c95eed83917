// What the band policy achieves with its defaults: on made-up loads always, on real ones where they are.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>

#include "tests/support/catch.hpp"
#include "tests/unit/scaling/loads.h"

using namespace daybreak;
using namespace daybreak::scaling;
using namespace daybreak::scaling::cases;

namespace {

/// The loads that defaults were judged on, each of another kind.
const std::vector<LoadKind>& kinds() {
  static const std::vector<LoadKind> all{{.name = "calm", .noise = 0.02},
                                         {.name = "noisy", .noise = 0.15},
                                         {.name = "wandering", .noise = 0.03, .wander = 0.2},
                                         {.name = "crowds", .noise = 0.03, .crowds_a_day = 3},
                                         {.name = "steps", .noise = 0.03, .steps_a_day = 4}};
  return all;
}

/// One number for cost and violations: a violated hundredth of the time weighs as much as the optimum itself.
double burden(const Outcome& outcome) {
  return outcome.over_optimum + 100 * outcome.report.violated_share;
}

/// burdens[trace][setting] of a small grid of the two defaults that a user could change.
struct Grid {
  std::vector<PolicyOptions> settings;
  std::size_t usual = 0;

  Grid() {
    for (const std::optional<double> price : {std::optional<double>(), std::optional(45.0), std::optional(180.0)}) {
      for (const std::int64_t flaps : {6, 8, 10}) {
        PolicyOptions options;
        options.band.violation_price = price;
        options.band.flaps_per_hour = flaps;
        if (!price && flaps == BandOptions().flaps_per_hour) usual = settings.size();
        settings.push_back(options);
      }
    }
  }

  std::vector<double> burdens(const Trace& trace, double delay_min) const {
    std::vector<double> all;
    for (const PolicyOptions& options : settings) all.push_back(burden(outcome_of("band", trace, cluster_of(60, delay_min), options)));
    return all;
  }
};

/// Chooses on all traces but one, and looks at that one: neither the choice nor the defaults may be far from its best.
void leave_one_out(const Grid& grid, const std::vector<std::vector<double>>& burdens, double tolerance) {
  for (std::size_t out = 0; out < burdens.size(); ++out) {
    std::vector<double> sums(grid.settings.size(), 0);
    for (std::size_t other = 0; other < burdens.size(); ++other)
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += other == out ? 0 : burdens[other][i];
    const auto chosen = static_cast<std::size_t>(std::min_element(sums.begin(), sums.end()) - sums.begin());
    INFO("left out: " << out << ", chosen " << chosen << ", usual " << grid.usual);
    CHECK(burdens[out][chosen] <= tolerance * *std::min_element(burdens[out].begin(), burdens[out].end()));
    CHECK(burdens[out][grid.usual] <= tolerance * burdens[out][chosen]);
  }
}

std::optional<std::filesystem::path> traces() {
  const char* data = std::getenv("DAYBREAK_DATA");
  if (data != nullptr && std::filesystem::exists(std::filesystem::path(data) / "traces")) return std::filesystem::path(data) / "traces";
  WARN("skipped: DAYBREAK_DATA names no folder with traces/");
  return std::nullopt;
}

/// In slots of a minute; windows of ten are interpolated.
Trace real(const std::filesystem::path& file, const std::optional<std::string>& series = {}) {
  TraceOptions options;
  options.path = file.string();
  options.series = series;
  options.resample = "linear";
  return read_trace(io::InputFile(options.path), options);
}

Trace world_cup(const std::filesystem::path& folder) {
  return real(folder / "worldcup98-0620-0710-per-minute.csv.zst");
}

Trace serving(const std::filesystem::path& folder, const std::string& series) {
  return real(folder / "servegen-rate-10min.csv", series);
}

}  // namespace

TEST_CASE("band on made-up loads: cheap, and hardly ever late") {
  // Bounds on 4 days each, 60 nodes at the peak, starts of 5 minutes.
  const std::vector<std::pair<double, double>> bounds{{1.03, 0.001}, {1.02, 0.001}, {1.12, 0.002}, {1.25, 0.012}, {1.30, 0.020}};
  for (std::size_t i = 0; i < kinds().size(); ++i) {
    const Outcome outcome = outcome_of("band", made_up(kinds()[i], 4, 100 + i), cluster_of(60, 5));
    INFO(kinds()[i].name << ": " << outcome.over_optimum << " x, violated " << outcome.report.violated_share);
    CHECK(outcome.over_optimum <= bounds[i].first);
    CHECK(outcome.report.violated_share <= bounds[i].second);
  }
}

TEST_CASE("the defaults are not tuned to one load: each made-up one left out") {
  const Grid grid;
  std::vector<std::vector<double>> burdens;
  for (std::size_t i = 0; i < kinds().size(); ++i) burdens.push_back(grid.burdens(made_up(kinds()[i], slow() ? 10 : 4, 200 + i), 5));
  leave_one_out(grid, burdens, 1.20);
}

TEST_CASE("the defaults are not tuned to one load: each real one left out") {
  const auto folder = traces();
  if (!folder) return;
  const Grid grid;
  std::vector<std::vector<double>> burdens;
  for (const Trace& trace : {world_cup(*folder), serving(*folder, "m-large"), serving(*folder, "mm-image")})
    burdens.push_back(grid.burdens(trace, 5));
  leave_one_out(grid, burdens, 1.05);
}

TEST_CASE("band on real loads keeps its promises") {
  const auto folder = traces();
  if (!folder) return;
  const Trace cup = world_cup(*folder), large = serving(*folder, "m-large");
  struct Row {
    std::string name;
    const Trace& trace;
    double nodes, delay_min, over_optimum, violated, band, flaps;
  };
  const std::vector<Row> rows{{"World Cup", cup, 60, 5, 1.06, 0.001, 0, 1e9},
                              {"m-large", large, 60, 5, 1.06, 0.001, 0.55, 50},
                              {"World Cup, slow starts", cup, 60, 15, 1.15, 0.01, 0, 1e9},
                              {"m-large, slow starts", large, 300, 15, 1.35, 0.005, 0, 1e9}};
  for (const Row& row : rows) {
    const Outcome outcome = outcome_of("band", row.trace, cluster_of(row.nodes, row.delay_min));
    INFO(row.name << ": " << outcome.over_optimum << " x, violated " << outcome.report.violated_share << ", in band "
                  << outcome.report.band_share << ", flaps a day " << outcome.report.flaps_per_day);
    CHECK(outcome.over_optimum <= row.over_optimum);
    CHECK(outcome.report.violated_share <= row.violated);
    CHECK(outcome.report.band_share >= row.band);
    CHECK(outcome.report.flaps_per_day <= row.flaps);
  }
}
