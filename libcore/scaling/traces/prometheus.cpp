// The answer of Prometheus' HTTP API to query_range (prometheus.io, "HTTP API": status, data.resultType, data.result[]
// with metric and values [[unix seconds, "number"]], warnings).
#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/io/csv.h"
#include "libcore/io/json.h"
#include "libcore/scaling/traces/time.h"
#include "libcore/scaling/traces/windows.h"

namespace daybreak::scaling {
namespace {

constexpr std::uint64_t kLargestAnswer = std::uint64_t{64} << 20;  // some hundred series of the 11,000 points that the server gives
constexpr std::size_t kMostNamed = 5;

const std::string* label(const io::Json& series, std::string_view name) {
  const io::Json* metric = series.find("metric");
  const io::Json* value = metric ? metric->find(name) : nullptr;
  return value && value->is_string() ? &value->as_string() : nullptr;
}

std::string metric_name(const io::Json& series) {
  const std::string* name = label(series, "__name__");
  return name ? *name : "";
}

/// http_requests_total{pod="a"}
std::string shown(const io::Json& series) {
  std::string labels;
  if (const io::Json* metric = series.find("metric"); metric && metric->is_object())
    for (const auto& [name, value] : metric->as_object())
      if (name != "__name__") labels += (labels.empty() ? "" : ",") + name + "=" + value.dump();
  return metric_name(series) + "{" + labels + "}";
}

/// data.result of a matrix.
const io::Json::Array& results_of(const io::Json& answer, const std::string& file) {
  const auto text = [&](std::string_view key) {
    const io::Json* value = answer.find(key);
    return value && value->is_string() ? value->as_string() : "";
  };
  if (text("status") == "error")
    throw data_error(file, "the server answered with an error: " + io::quoted_field(text("errorType") + ": " + text("error")),
                     "repair the query");
  const io::Json* type = answer.pointer("/data/resultType");
  const io::Json* result = answer.pointer("/data/result");
  if (text("status") != "success" || !type || !type->is_string() || !result || !result->is_array())
    throw data_error(file, "expected a query_range answer with status \"success\", data.resultType and data.result",
                     "save what /api/v1/query_range answers");
  if (type->as_string() != "matrix")
    throw data_error(file, "expected data.resultType \"matrix\", found " + type->dump(),
                     "ask /api/v1/query_range, with start, end and step");
  if (result->size() == 0) throw data_error(file, "the answer holds no series", "check the name and the time range of the query");
  return result->as_array();
}

/// True where all of --series and --series-match hold.
bool matches(const io::Json& series, const TraceOptions& options) {
  if (options.series && metric_name(series) != *options.series) return false;
  for (const std::string& pair : options.series_match) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      throw usage_error("--series-match: expected LABEL=VALUE, found " + io::quoted_field(pair));
    const std::string* value = label(series, pair.substr(0, equals));
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
    if (++found <= kMostNamed) names += (names.empty() ? "" : ", ") + shown(series);
  }
  if (found == 0)
    throw data_error(file, "none of the " + std::to_string(results.size()) + " series matches", "the first is " + shown(results[0]));
  if (found > 1)
    throw usage_error("the answer holds " + std::to_string(found) + " series: " + names + (found > kMostNamed ? ", ..." : ""),
                      "choose one with --series NAME or --series-match LABEL=VALUE, or ask for their sum()");
  return *chosen;
}

void refuse_histogram(const io::Json& series, const std::string& file) {
  if (!series.find("histograms") && !(metric_name(series).ends_with("_bucket") && label(series, "le"))) return;
  throw data_error(file, shown(series) + " is a histogram, which has no one load", "ask for the rate() of its count");
}

/// The number in a sample's string; nothing for NaN, which Prometheus writes where there is no value.
std::optional<double> sample_value(const io::Json& value, const std::string& where) {
  if (!value.is_string()) throw data_error(where, "expected a number in quotes, found " + io::quoted_field(value.dump()));
  const std::string& text = value.as_string();
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
    const io::Json& pair = values.at(i);
    const std::string where = samples.name + ": value " + std::to_string(i);
    if (!pair.is_array() || pair.size() != 2 || !pair.at(std::size_t{0}).is_number())
      throw data_error(where, "expected [seconds, \"value\"], found " + io::quoted_field(pair.dump()));
    const double time = pair.at(std::size_t{0}).as_double();
    const auto value = sample_value(pair.at(1), where);
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
  const io::Json& series = choose(results_of(answer, file.name()), file.name(), options);
  refuse_histogram(series, file.name());
  const std::string name = metric_name(series);
  Samples samples;
  samples.name = file.name();
  samples.kind = options.counter || name.ends_with("_total") || name.ends_with("_count") ? RowKind::counter : RowKind::rate;
  samples.columns = (samples.kind == RowKind::counter ? "counter " : "rate a second of ") + shown(series);
  if (const io::Json* warnings = answer.find("warnings"); warnings && warnings->is_array())
    for (const io::Json& one : warnings->as_array()) samples.warnings.push_back("the server warns: " + one.dump());
  const io::Json* values = series.find("values");
  if (!values || !values->is_array()) throw data_error(file.name(), "expected values [[seconds, \"value\"], ...] of " + shown(series));
  read_values(*values, samples);
  return samples;
}

}  // namespace daybreak::scaling
