#include "libcore/scaling/live/metrics.h"

#include <algorithm>
#include <array>
#include <limits>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/base/parse.h"
#include "libcore/io/csv.h"
#include "libcore/io/json.h"
#include "libcore/scaling/live/prometheus_metrics.h"
#include "libcore/scaling/traces/prometheus_answer.h"
#include "libcore/scaling/traces/time.h"

namespace daybreak::scaling {
namespace {

using Field = std::optional<double> Metrics::*;

struct Name {
  std::string_view name;
  Field field;
};

constexpr std::array kNames{Name{"ts", &Metrics::time_s},
                            Name{"period_s", &Metrics::period_s},
                            Name{"nodes_ready", &Metrics::ready},
                            Name{"nodes_pending", &Metrics::pending},
                            Name{"nodes_old", &Metrics::old},
                            Name{"arrivals", &Metrics::arrivals},
                            Name{"queue_length", &Metrics::queue},
                            Name{"utilization", &Metrics::utilization}};

bool says_nothing(std::string_view text) {
  return text.empty() || text == "NaN" || text == "nan" || text == "NULL" || text == "null";
}

/// Infinities are numbers that cannot be true: the controller says so.
std::optional<double> infinity_of(std::string_view text) {
  if (text == "+Inf" || text == "Inf" || text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-Inf" || text == "-inf") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

}  // namespace

std::vector<std::string> metric_names() {
  std::vector<std::string> all;
  for (const Name& one : kNames) all.emplace_back(one.name);
  return all;
}

bool set_metric(Metrics& metrics, std::string_view name, std::string_view text, const std::string& where) {
  const auto found = std::find_if(kNames.begin(), kNames.end(), [&](const Name& one) { return one.name == name; });
  if (found == kNames.end()) return false;
  if (says_nothing(text)) return true;
  const bool is_time = found->field == &Metrics::time_s;
  auto value = is_time ? TimeReader("auto").read(text) : try_parse_real(text);
  if (!value) value = infinity_of(text);
  if (!value)
    throw data_error(where, std::string(name) + ": expected " + (is_time ? "a time" : "a number") + ", found " + io::quoted_field(text));
  metrics.*found->field = *value;
  return true;
}

std::optional<Metrics> MetricReader::next() {
  for (;;) {
    if (!answered_.empty()) {
      Metrics metrics = answered_.front();
      answered_.pop_front();
      return metrics;
    }
    const auto line = lines_.next();
    if (!line) return std::nullopt;
    if (line->find_first_not_of(" \t") == std::string::npos) continue;
    if (columns_.empty() && line->find_first_not_of(" \t") == line->find('{')) {
      if (auto metrics = from_json(*line)) return metrics;
      continue;
    }
    if (!columns_.empty()) return from_csv(*line);
    read_header(*line);
  }
}

void MetricReader::read_header(const std::string& line) {
  columns_ = io::csv_fields(line);
  const auto is_metric = [](const std::string& column) {
    Metrics none;
    return set_metric(none, column, "", "");
  };
  if (std::none_of(columns_.begin(), columns_.end(), is_metric))
    throw data_error(lines_.where(), "expected a JSON object, or a CSV header that names metrics, found '" + line.substr(0, 60) + "'",
                     "known metrics: " + joined(metric_names()));
}

std::optional<Metrics> MetricReader::from_json(const std::string& line) {
  const std::string where = lines_.where();
  // A person's answer of Prometheus stands on many lines; no line of metrics is an open brace alone.
  const io::Json record = io::Json::parse(line == "{" ? line + lines_.rest(kLongestLine) : line, where);
  if (is_prometheus_answer(record)) {
    for (Metrics& metrics : prometheus_metrics(record, names_, where)) answered_.push_back(metrics);
    return std::nullopt;
  }
  if (record.find("type")) return std::nullopt;  // what begins or ends a stream of records
  Metrics metrics;
  for (const auto& [name, value] : record.as_object()) {
    if (name == "simulated" && value.is_bool()) metrics.simulated = value.as_bool();
    else if (value.is_number() || value.is_null()) set_metric(metrics, name, value.is_null() ? "" : value.dump(), where);
    else if (value.is_string()) set_metric(metrics, name, value.as_string(), where);
  }
  return metrics;
}

Metrics MetricReader::from_csv(const std::string& line) const {
  const std::vector<std::string> fields = io::csv_fields(line);
  if (fields.size() != columns_.size())
    throw data_error(lines_.where(), "expected " + std::to_string(columns_.size()) +
                                         " fields as in the header, found " + std::to_string(fields.size()));
  Metrics metrics;
  for (std::size_t i = 0; i < fields.size(); ++i) set_metric(metrics, columns_[i], fields[i], lines_.where());
  return metrics;
}

}  // namespace daybreak::scaling
