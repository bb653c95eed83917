#pragma once
// What the readers of all request layouts share.
#include "libcore/scaling/traces/columns.h"
#include "libcore/scaling/traces/request.h"

namespace daybreak::scaling {

/// Keeps the facts of a log while its requests pass. Times become relative to the first one.
class RequestLog : public RequestReader {
 public:
  const RequestFacts& facts() const override { return facts_; }

 protected:
  /// Takes a request with its time as the file has it. Error (data) where it lies more than a year from the one before.
  void admit(Request& request);
  /// The log has ended: warns of what was odd. Error (data) where it held nothing.
  void finish(const std::string& file);

  /// "file:line" of the row under way.
  virtual std::string where() const = 0;

  RequestFacts facts_;
  std::uint64_t unfinished_ = 0;  // rows that say that they failed, wait or were canceled

 private:
  std::optional<Request> before_;  // times relative
};

/// CSV or JSON Lines of a layout; `rows` stands at `first_row`.
std::unique_ptr<RequestReader> open_request_rows(const std::string& file, const Layout& layout, std::unique_ptr<RowSource> rows,
                                                 const std::vector<std::string>& first_row, Columns columns, const TraceOptions& options);

/// The Standard Workload Format: 18 numbers a job, -1 for what is not known; comments begin with a semicolon. Time: field 2
/// after the header's UnixStartTime; service: field 4; servers: field 5, else 8, else 1.
std::unique_ptr<RequestReader> open_swf(const io::InputFile& file, const Layout& layout);

}  // namespace daybreak::scaling
