#pragma once
// What Prometheus' HTTP API answers to a query (prometheus.io, "HTTP API": status, data.resultType, data.result[], warnings).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/io/json.h"

namespace daybreak::scaling {

/// True for a document that is such an answer, whatever it says.
bool is_prometheus_answer(const io::Json& document);

/// The series of an answer of one of these types ("matrix" of query_range, "vector" of query). Error (data, at `where`) where
/// the server reports an error, and for another type or no series at all.
const io::Json::Array& prometheus_series(const io::Json& answer, const std::vector<std::string_view>& types, const std::string& where);

/// The value of a label, or null. The metric's own name is the label "__name__".
const std::string* prometheus_label(const io::Json& series, std::string_view name);

/// http_requests_total{pod="a"}, for people: what is very long is cut.
std::string prometheus_name(const io::Json& series);

/// A sample: [unix seconds, "number"]. Error (data, at `where`) for another form.
struct PrometheusSample {
  double time_s;
  std::string_view value;  // as the server writes it, "NaN" and "+Inf" included
};
PrometheusSample prometheus_sample(const io::Json& pair, const std::string& where);

}  // namespace daybreak::scaling
