#pragma once
// Live metrics out of a Prometheus server's answer.
#include <string>
#include <vector>

#include "libcore/io/json.h"
#include "libcore/scaling/live/metrics.h"

namespace daybreak::scaling {

/// "queue_length=vllm:num_requests_waiting". Error (usage) for another form or an unknown field.
SeriesName parse_series_name(const std::string& text);

/// The samples of a matrix (query_range) or vector (query), those of one time together, by time. A series is the field of its
/// name, or of `names`; an answer of one series without a name, as sum() gives it, is the only one of `names`, whose series
/// then is empty. Error (data, at `where`) for two series of one field, or none of a known one.
std::vector<Metrics> prometheus_metrics(const io::Json& answer, const std::vector<SeriesName>& names, const std::string& where);

}  // namespace daybreak::scaling
