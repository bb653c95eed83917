#include "libcore/scaling/traces/request_reader.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/io/csv.h"
#include "libcore/scaling/traces/time.h"

namespace daybreak::scaling {
namespace {

bool is_unfinished(std::string state) {
  for (char& letter : state) letter = letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter;
  constexpr std::string_view kWords[] = {"PENDING", "QUEUED", "RUNNING", "FAILED", "ERROR", "CANCELLED", "CANCELED", "KILLED", "TIMEOUT"};
  return std::any_of(std::begin(kWords), std::end(kWords), [&](std::string_view word) { return state.starts_with(word); });
}

/// A time or duration that a log may not know.
bool is_unknown(const std::string& cell) {
  constexpr std::string_view kWords[] = {"", "-", "-1", "null", "NULL", "None", "Unknown", "NaN", "nan", "NA", "N/A"};
  return std::find(std::begin(kWords), std::end(kWords), cell) != std::end(kWords);
}

class RequestRows : public RequestLog {
 public:
  RequestRows(std::string file, const Layout& layout, std::unique_ptr<RowSource> rows, const std::vector<std::string>& first_row,
              Columns columns, const TraceOptions& options)
      : file_(std::move(file)), rows_(std::move(rows)), row_(&first_row), columns_(std::move(columns)), series_(options.series),
        times_(columns_.time_unit), ends_(columns_.time_unit) {
    if (series_ && !columns_.series) throw usage_error("--series: this trace has one series only");
    facts_.format = layout.name;
    facts_.has_tokens = columns_.input || columns_.output;
    facts_.has_service = columns_.service || columns_.end;
  }

  bool next(Request& request) override {
    for (; row_ != nullptr; row_ = rows_->next()) {
      if (series_ && cell(*columns_.series) != *series_) continue;
      request = read();
      admit(request);
      row_ = rows_->next();
      return true;
    }
    facts_.columns = columns_.text + times_.note();
    finish(file_);
    return false;
  }

 protected:
  std::string where() const override { return rows_->where(); }

 private:
  const std::string& cell(std::size_t column) const { return (*row_)[column]; }

  double amount(std::size_t column) const {
    const auto value = try_parse_real(cell(column));
    if (!value) return io::csv_number(cell(column), where(), rows_->names()[column]);  // which says what is wrong
    if (*value >= 0) return *value;
    throw data_error(where(), rows_->names()[column] + ": expected at least 0, found " + io::quoted_field(cell(column)));
  }

  double time(TimeReader& reader, std::size_t column) {
    if (const auto value = reader.read(cell(column))) return *value;
    throw data_error(where(), rows_->names()[column] + ": expected a time, found " + io::quoted_field(cell(column)));
  }

  std::optional<double> service() {
    if (columns_.service && !is_unknown(cell(*columns_.service))) return amount(*columns_.service) * columns_.service_factor;
    if (!columns_.end || is_unknown(cell(*columns_.end)) || is_unknown(cell(*columns_.start))) return std::nullopt;
    const double seconds = time(ends_, *columns_.end) - time(ends_, *columns_.start);
    if (seconds < 0) throw data_error(where(), "the end lies before the start");
    return seconds;
  }

  Request read() {
    Request request;
    request.time_s = time(times_, columns_.time);
    if (columns_.input) request.input_tokens = amount(*columns_.input);
    if (columns_.output) request.output_tokens = amount(*columns_.output);
    if (columns_.servers) request.servers = amount(*columns_.servers);
    request.service_s = service();
    unfinished_ += columns_.state && is_unfinished(cell(*columns_.state));
    return request;
  }

  std::string file_;
  std::unique_ptr<RowSource> rows_;
  const std::vector<std::string>* row_;  // that comes next; null at the end
  Columns columns_;
  std::optional<std::string> series_;
  TimeReader times_, ends_;
};

}  // namespace

void RequestLog::admit(Request& request) {
  if (!before_) facts_.start_s = request.time_s;
  request.time_s -= facts_.start_s;
  if (before_) {
    if (is_jump(before_->time_s, request.time_s)) throw jump_error(before_->time_s, request.time_s, where());
    facts_.duplicates += *before_ == request;
    facts_.out_of_order += request.time_s < before_->time_s;
  }
  facts_.without_service += facts_.has_service && !request.service_s;
  ++facts_.rows;
  before_ = request;
}

void RequestLog::finish(const std::string& file) {
  if (facts_.rows == 0) throw data_error(file, "expected requests, found none", "is this the whole file?");
  const auto warn = [&](std::uint64_t count, const std::string& what) {
    if (count > 0) facts_.warnings.push_back(std::to_string(count) + " of " + std::to_string(facts_.rows) + " rows " + what);
  };
  warn(facts_.out_of_order, "are earlier than the row before; they count where they belong");
  warn(unfinished_, "did not finish (pending, failed, canceled, ...); they count as arrivals");
}

std::unique_ptr<RequestReader> open_request_rows(const std::string& file, const Layout& layout, std::unique_ptr<RowSource> rows,
                                                 const std::vector<std::string>& first_row, Columns columns, const TraceOptions& options) {
  return std::make_unique<RequestRows>(file, layout, std::move(rows), first_row, std::move(columns), options);
}

}  // namespace daybreak::scaling
