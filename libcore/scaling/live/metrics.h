#pragma once
// Live metrics as other programs print them: JSON Lines, or CSV with a header.
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "libcore/io/line_stream.h"
#include "libcore/scaling/control/observation.h"

namespace daybreak::scaling {

/// One line of metrics. What the line did not say, or said as null, "", "NaN" or "NULL", is absent.
struct Metrics {
  std::optional<double> time_s;    // seconds since 1970
  std::optional<double> period_s;  // that arrivals and utilization cover
  std::optional<double> ready, pending, old;  // nodes
  std::optional<double> arrivals, queue, utilization;
  bool simulated = false;  // made by a simulator: its clock is not the wall's
};

/// Sets the field that `name` means ("queue_length", "nodes_ready", ...) from its text; false for a name that means nothing
/// here. Error (data, at `where`) where the text is neither a number nor one of the words for nothing.
bool set_metric(Metrics& metrics, std::string_view name, std::string_view text, const std::string& where);

/// The field names, for messages and pages.
std::vector<std::string> metric_names();

/// A metric of ours under another name: `field` ("queue_length") is the series `series` ("vllm:num_requests_waiting").
struct SeriesName {
  std::string field, series;
};

/// Turns lines into metrics, as they come. The first line tells the layout: an answer of Prometheus' HTTP API, another object
/// (JSON Lines), or a CSV header. `names` are for Prometheus: see prometheus_metrics().
class MetricReader {
 public:
  /// What a line, and an answer on many, may have: curl writes one of a week's series as one line.
  static constexpr std::size_t kLongestLine = std::size_t{64} << 20;

  MetricReader(io::LineStream& lines, std::vector<SeriesName> names) : lines_(lines), names_(std::move(names)) {}
  /// The next metrics, or nothing at the end. Error (data) with the line for one that is no metrics.
  std::optional<Metrics> next();

 private:
  void read_header(const std::string& line);
  std::optional<Metrics> from_json(const std::string& line);
  Metrics from_csv(const std::string& line) const;

  io::LineStream& lines_;
  std::vector<SeriesName> names_;
  std::deque<Metrics> answered_;  // of Prometheus, and not handed out yet
  std::vector<std::string> columns_;  // of CSV; empty: JSON Lines, or nothing read yet
};

}  // namespace daybreak::scaling
