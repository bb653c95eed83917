#include "libcore/scaling/traces/prometheus_answer.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"

namespace daybreak::scaling {
namespace {

constexpr std::size_t kLongestName = 300;  // labels may hold anything

std::string text_of(const io::Json& answer, std::string_view key) {
  const io::Json* value = answer.find(key);
  return value && value->is_string() ? value->as_string() : "";
}

}  // namespace

bool is_prometheus_answer(const io::Json& document) {
  const std::string status = text_of(document, "status");
  return status == "error" || (status == "success" && document.find("data"));
}

const io::Json::Array& prometheus_series(const io::Json& answer, const std::vector<std::string_view>& types, const std::string& where) {
  if (text_of(answer, "status") == "error")
    throw data_error(
        where, "the server answered with an error: " + text_of(answer, "errorType") + ": " + text_of(answer, "error"),
        "repair the query");
  const io::Json* type = answer.pointer("/data/resultType");
  const io::Json* result = answer.pointer("/data/result");
  if (text_of(answer, "status") != "success" || !type || !type->is_string() || !result || !result->is_array())
    throw data_error(where, "expected an answer with status \"success\", data.resultType and data.result",
                     "save what /api/v1/query_range answers");
  if (std::find(types.begin(), types.end(), type->as_string()) == types.end())
    throw data_error(where, "expected data.resultType " + joined(types, " or ") + ", found " + type->dump(),
                     "ask /api/v1/query_range, with start, end and step");
  if (result->size() == 0) throw data_error(where, "the answer holds no series", "check the name and the time range of the query");
  return result->as_array();
}

const std::string* prometheus_label(const io::Json& series, std::string_view name) {
  const io::Json* metric = series.find("metric");
  const io::Json* value = metric ? metric->find(name) : nullptr;
  return value && value->is_string() ? &value->as_string() : nullptr;
}

std::string prometheus_name(const io::Json& series) {
  const std::string* name = prometheus_label(series, "__name__");
  std::string labels;
  if (const io::Json* metric = series.find("metric"); metric && metric->is_object())
    for (const auto& [label, value] : metric->as_object())
      if (label != "__name__") labels += (labels.empty() ? "" : ",") + label + "=" + value.dump();
  const std::string full = (name ? *name : "") + "{" + labels + "}";
  if (full.size() <= kLongestName) return full;
  std::size_t end = kLongestName;
  while (end > 0 && (static_cast<unsigned char>(full[end]) & 0xC0) == 0x80) --end;  // not within a character
  return full.substr(0, end) + "...";
}

PrometheusSample prometheus_sample(const io::Json& pair, const std::string& where) {
  if (!pair.is_array() || pair.size() != 2 || !pair.at(std::size_t{0}).is_number() || !pair.at(1).is_string())
    throw data_error(where, "expected [seconds, \"value\"], found " + pair.dump().substr(0, 60));
  return {pair.at(std::size_t{0}).as_double(), pair.at(1).as_string()};
}

}  // namespace daybreak::scaling
