// The answer of Prometheus' HTTP API to query_range (prometheus.io, "HTTP API": status, data.resultType, data.result[]
// with metric and values [[unix seconds, "number"]], warnings).
#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/io/csv.h"
#include "libcore/io/json.h"
#include "libcore/scaling/traces/prometheus_answer.h"
#include "libcore/scaling/traces/time.h"
#include "libcore/scaling/traces/windows.h"

namespace daybreak::scaling {
namespace {

constexpr std::uint64_t kLargestAnswer = std::uint64_t{64} << 20;  // some hundred series of the 11,000 points that the server gives
constexpr std::size_t kMostNamed = 5;

std::string metric_name(const io::Json& series) {
  const std::string* name = prometheus_label(series, "__name__");
  return name ? *name : "";
}

/// True where all of --series and --series-match hold.
bool matches(const io::Json& series, const TraceOptions& options) {
  if (options.series && metric_name(series) != *options.series) return false;
  for (const std::string& pair : options.series_match) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      throw usage_error("--series-match: expected LABEL=VALUE, found " + io::quoted_field(pair));
    const std::string* value = prometheus_label(series, pair.substr(0, equals));
    if (!value || *value != pair.substr(equals + 1)) return false;
  }
  return true;
}

const io::Json& choose(const io::Json::Array& results, const std::string& file, const TraceOptions& options) {
  const io::Json* chosen = nullptr;
  std::size_t found = 0;
  std::string names;
  for (const io::Json& series : results) {
    if (!matches(series, options)) continue;
    chosen = &series;
    if (++found <= kMostNamed) names += (names.empty() ? "" : ", ") + prometheus_name(series);
  }
  if (found == 0)
    throw data_error(file, "none of the " + std::to_string(results.size()) + " series matches",
                     "the first is " + prometheus_name(results[0]));
  if (found > 1)
    throw usage_error("the answer holds " + std::to_string(found) + " series: " + names + (found > kMostNamed ? ", ..." : ""),
                      "choose one with --series NAME or --series-match LABEL=VALUE, or ask for their sum()");
  return *chosen;
}

void refuse_histogram(const io::Json& series, const std::string& file) {
  if (!series.find("histograms") && !(metric_name(series).ends_with("_bucket") && prometheus_label(series, "le"))) return;
  throw data_error(file, prometheus_name(series) + " is a histogram, which has no one load", "ask for the rate() of its count");
}

/// The number in a sample's string; nothing for NaN, which Prometheus writes where there is no value.
std::optional<double> sample_value(const std::string& text, const std::string& where) {
  if (text == "NaN") return std::nullopt;
  const auto number = try_parse_real(text);
  if (!number)
    throw data_error(where, "expected a finite number, found " + io::quoted_field(text), "guard the query against division by zero");
  if (*number < 0) throw data_error(where, "expected a load of at least 0, found " + io::quoted_field(text));
  return number;
}

void read_values(const io::Json& values, Samples& samples) {
  std::uint64_t missing = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string where = samples.name + ": value " + std::to_string(i);
    const auto [time, text] = prometheus_sample(values.at(i), where);
    const auto value = sample_value(std::string(text), where);
    missing += !value;
    if (!value) continue;
    if (!samples.rows.empty() && time <= samples.rows.back().begin_s) throw data_error(where, "the time does not increase");
    if (!samples.rows.empty() && is_jump(samples.rows.back().begin_s, time)) throw jump_error(samples.rows.back().begin_s, time, where);
    samples.rows.push_back({time, *value});
  }
  if (missing > 0) samples.warnings.push_back("samples that are NaN, and count as missing: " + std::to_string(missing));
}

}  // namespace

Samples read_prometheus(const io::InputFile& file, const TraceOptions& options) {
  if (file.size() > kLargestAnswer)
    throw data_error(file.name(), "expected an answer of at most 64 MiB, found " + std::to_string(file.size()) + " bytes",
                     "ask for fewer series");
  std::string text = file.text_at(0, file.size());
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  const io::Json answer = io::Json::parse(text, file.name());
  const io::Json& series = choose(prometheus_series(answer, {"matrix"}, file.name()), file.name(), options);
  refuse_histogram(series, file.name());
  const std::string name = metric_name(series);
  Samples samples;
  samples.name = file.name();
  samples.kind = options.counter || name.ends_with("_total") || name.ends_with("_count") ? RowKind::counter : RowKind::rate;
  samples.columns = (samples.kind == RowKind::counter ? "counter " : "rate a second of ") + prometheus_name(series);
  if (const io::Json* warnings = answer.find("warnings"); warnings && warnings->is_array())
    for (const io::Json& one : warnings->as_array()) samples.warnings.push_back("the server warns: " + one.dump());
  const io::Json* values = series.find("values");
  if (!values || !values->is_array())
    throw data_error(file.name(), "expected values [[seconds, \"value\"], ...] of " + prometheus_name(series));
  read_values(*values, samples);
  return samples;
}

}  // namespace daybreak::scaling
