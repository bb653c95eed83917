#include "libcore/scaling/traces/columns.h"

#include <algorithm>
#include <array>
#include <span>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/base/parse.h"

namespace daybreak::scaling {
namespace {

using Names = std::span<const std::string_view>;

// Of several the earlier one wins: when a job was submitted counts before when it started.
constexpr std::array<std::string_view, 17> kTime{"window_start", "timestamp", "time",         "ts",        "date",   "datetime",
                                                 "period",       "arrival",   "arrival_time", "arrived_at", "submit", "submit_time",
                                                 "submitted_at", "created_at", "start",       "start_time", "started_at"};
constexpr std::array<std::string_view, 4> kCount{"value", "count", "requests", "arrivals"};
constexpr std::array<std::string_view, 6> kInput{"input_tokens",  "prompt_tokens",  "context_tokens",
                                                 "contexttokens", "input_length",   "request_tokens"};
constexpr std::array<std::string_view, 6> kOutput{"output_tokens",   "completion_tokens", "generated_tokens",
                                                  "generatedtokens", "output_length",     "response_tokens"};
constexpr std::array<std::string_view, 6> kService{"service", "duration", "run_time", "runtime", "elapsed", "exec_time"};
constexpr std::array<std::string_view, 3> kStart{"start", "start_time", "started_at"};
constexpr std::array<std::string_view, 4> kEnd{"end", "end_time", "ended_at", "finish_time"};
constexpr std::array<std::string_view, 3> kServers{"servers", "processors", "gpus"};
constexpr std::array<std::string_view, 2> kState{"state", "status"};

std::string plain(std::string name) {
  for (char& letter : name) letter = letter == ' ' ? '_' : letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  return name;
}

/// A name without its unit, and the unit: "duration_ms".
std::pair<std::string, std::string> split_unit(const std::string& name) {
  for (const std::string unit : {"ms", "us", "ns", "s"})
    if (name.ends_with("_" + unit)) return {name.substr(0, name.size() - unit.size() - 1), unit};
  return {name, ""};
}

/// What the choice looks at: names as they are compared, and what the user calls them.
class Chooser {
 public:
  explicit Chooser(const std::vector<std::string>& names) : names_(names), taken_(names.size()) {
    for (const std::string& name : names) plain_.push_back(plain(name));
  }

  std::optional<std::size_t> named(Names known) {
    return first(known, [&](std::size_t i, std::string_view name) { return plain_[i] == name; });
  }
  /// With or without a unit behind it.
  std::optional<std::size_t> with_unit(Names known) {
    return first(known, [&](std::size_t i, std::string_view name) { return plain_[i] == name || split_unit(plain_[i]).first == name; });
  }
  std::optional<std::size_t> ending(std::string_view end) {
    const std::array<std::string_view, 1> one{end};
    return first(one, [&](std::size_t i, std::string_view name) { return plain_[i].ends_with(name); });
  }
  std::string unit(std::size_t column) const { return split_unit(plain_[column]).second; }
  const std::string& name(std::size_t column) const { return names_[column]; }
  bool is_taken(std::size_t column) const { return taken_[column]; }
  std::size_t size() const { return names_.size(); }
  std::string all() const {
    std::string text;
    for (const std::string& name : names_) text += (text.empty() ? "" : ",") + name;
    return text;
  }

 private:
  template <class Fits>
  std::optional<std::size_t> first(Names known, const Fits& fits) {
    for (const std::string_view name : known)
      for (std::size_t i = 0; i < names_.size(); ++i)
        if (!taken_[i] && fits(i, name)) {
          taken_[i] = true;
          return i;
        }
    return std::nullopt;
  }

  const std::vector<std::string>& names_;
  std::vector<std::string> plain_;
  std::vector<bool> taken_;
};

void choose_value(Columns& columns, Chooser& chooser, bool counter) {
  columns.kind = RowKind::rate;
  columns.value = chooser.ending("_per_s");
  if (!columns.value) columns.kind = RowKind::counter, columns.value = chooser.ending("_total");
  if (!columns.value) columns.kind = counter ? RowKind::counter : RowKind::count, columns.value = chooser.named(kCount);
  if (columns.value)
    columns.text = std::string(columns.kind == RowKind::rate    ? "rate a second"
                               : columns.kind == RowKind::count ? "count a step"
                                                                : "counter") +
                   " from " + chooser.name(*columns.value);
}

void choose_request(Columns& columns, Chooser& chooser) {
  columns.kind = RowKind::request;
  columns.text = "one request a row";
  const auto noted = [&](std::optional<std::size_t> column, const std::string& what) {
    if (column) columns.text += ", " + what + " from " + chooser.name(*column);
    return column;
  };
  columns.input = noted(chooser.named(kInput), "input tokens");
  columns.output = noted(chooser.named(kOutput), "output tokens");
  columns.service = chooser.with_unit(kService);
  if (columns.service) {
    const std::string unit = chooser.unit(*columns.service);
    columns.service_factor = unit == "ms" ? 1e-3 : unit == "us" ? 1e-6 : unit == "ns" ? 1e-9 : 1;
    noted(columns.service, unit.empty() ? "service in seconds" : "service");
  } else if (const auto end = chooser.with_unit(kEnd)) {
    const auto start = chooser.with_unit(kStart);
    columns.start = start ? *start : columns.time;
    columns.end = noted(end, "service from " + chooser.name(*columns.start) + " to end");
  }
  columns.servers = noted(chooser.named(kServers), "servers");
  columns.state = chooser.named(kState);
}

void require_columns(const std::string& file, const Layout& layout, const RowSource& rows) {
  if (has_columns(layout, rows.names())) return;
  throw data_error(file, "expected the columns of " + layout.name + " (" + joined(layout.columns) + "), found " + joined(rows.names()),
                   "try --trace-format auto");
}

}  // namespace

Columns choose_columns(const std::string& file, const RowSource& rows, const std::vector<std::string>& first_row,
                       const Layout& layout, const TraceOptions& options) {
  require_columns(file, layout, rows);
  Chooser chooser(rows.names());
  Columns columns;
  columns.time_unit = options.time_unit != "auto" ? options.time_unit : layout.time_unit;
  if (!rows.has_names() && chooser.size() == 2) {
    columns.kind = options.counter ? RowKind::counter : RowKind::count;
    columns.value = 1;
    columns.text = std::string("time from column_1, ") + (options.counter ? "counter" : "count a step") + " from column_2";
    return columns;
  }
  const auto time = rows.has_names() ? chooser.with_unit(kTime) : std::nullopt;
  if (time) {
    columns.time = *time;
    if (columns.time_unit == "auto" && !chooser.unit(*time).empty()) columns.time_unit = chooser.unit(*time);
    choose_value(columns, chooser, options.counter);
    if (!columns.value) choose_request(columns, chooser);
  }
  const bool counts = columns.value || columns.input || columns.output || columns.service || columns.end || chooser.size() == 1;
  if (!time || !counts)
    throw data_error(file, "expected a time column (timestamp, window_start_s, period, time, ts, ...) and a value column (value, count, "
                           "requests, or a name that ends in _per_s or _total) or those of requests (input_tokens, output_tokens, "
                           "duration_s, ...), found " + chooser.all());
  for (std::size_t i = 0; i < chooser.size() && !columns.series; ++i)
    if (!chooser.is_taken(i) && !try_parse_real(first_row[i])) columns.series = i;
  columns.text = "time from " + chooser.name(columns.time) + ", " + columns.text;
  return columns;
}

}  // namespace daybreak::scaling
