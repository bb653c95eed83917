#include "libcore/scaling/live/prometheus_metrics.h"

#include <algorithm>
#include <map>
#include <set>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/scaling/traces/prometheus_answer.h"

namespace daybreak::scaling {
namespace {

bool is_field(const std::string& name) {
  const std::vector<std::string> known = metric_names();
  return std::find(known.begin(), known.end(), name) != known.end();
}

/// Which field a series is; empty: none of ours.
std::string field_of(const io::Json& series, const std::vector<SeriesName>& names) {
  const std::string* label = prometheus_label(series, "__name__");
  const std::string name = label ? *label : "";
  for (const SeriesName& one : names)
    if (one.series == name) return one.field;
  return is_field(name) ? name : "";
}

void add_samples(std::map<double, Metrics>& by_time, const std::string& field, const io::Json& series, const std::string& where) {
  const auto add = [&](const io::Json& pair) {
    const PrometheusSample sample = prometheus_sample(pair, where);
    Metrics& metrics = by_time[sample.time_s];
    metrics.time_s = sample.time_s;
    set_metric(metrics, field, sample.value, where);
  };
  if (const io::Json* one = series.find("value")) add(*one);
  else
    for (const io::Json& pair : series.at("values").as_array()) add(pair);
}

}  // namespace

SeriesName parse_series_name(const std::string& text) {
  const auto equals = text.find('=');
  const std::string field = text.substr(0, equals);
  if (is_field(field)) return {field, equals == std::string::npos ? "" : text.substr(equals + 1)};
  throw usage_error("--field: expected FIELD=SERIES or FIELD, found '" + text + "'", "fields: " + joined(metric_names()));
}

std::vector<Metrics> prometheus_metrics(const io::Json& answer, const std::vector<SeriesName>& names, const std::string& where) {
  std::map<double, Metrics> by_time;
  std::set<std::string> seen;
  const io::Json::Array& all = prometheus_series(answer, {"matrix", "vector"}, where);
  for (const io::Json& series : all) {
    const std::string field = field_of(series, names);
    if (field.empty()) continue;
    if (!seen.insert(field).second)
      throw data_error(where, "two series are " + field + ", the second " + prometheus_name(series), "ask for their sum()");
    add_samples(by_time, field, series, where + ": " + prometheus_name(series));
  }
  if (seen.empty())
    throw data_error(where,
                     "none of the " + std::to_string(all.size()) +
                         " series is a metric that is known here, the first is " + prometheus_name(all[0]),
                     "name it: --field queue_length=SERIES, or --field queue_length for one without a name");
  std::vector<Metrics> metrics;
  for (auto& [time, one] : by_time) metrics.push_back(one);
  return metrics;
}

}  // namespace daybreak::scaling
