// Feitelson's Standard Workload Format, version 2.2 (cs.huji.ac.il/labs/parallel/workload/swf.html).
#include <algorithm>
#include <array>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/io/csv.h"
#include "libcore/io/line_reader.h"
#include "libcore/scaling/traces/request_reader.h"

namespace daybreak::scaling {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr double kUnknown = -1;
// Fields, from 0.
constexpr std::size_t kSubmit = 1, kWait = 2, kRun = 3, kProcessors = 4, kRequested = 7, kStatus = 10, kFields = 18;

class SwfReader : public RequestLog {
 public:
  SwfReader(const io::InputFile& file, const Layout& layout) : file_(file.name()), lines_(file, kLongestLine) {
    facts_.format = layout.name;
    facts_.has_service = true;
    facts_.columns = "one job a row, submitted at field 2, service from field 4, servers from field 5";
  }

  bool next(Request& request) override {
    while (const auto line = lines_.next()) {
      const std::size_t begin = line->find_first_not_of(kBlanks);
      if (begin == std::string::npos) continue;
      if ((*line)[begin] == ';') {
        read_comment(*line);
        continue;
      }
      read_fields(*line);
      request = job();
      admit(request);
      return true;
    }
    if (!waits_ && facts_.rows > 0) facts_.columns += "; no job waited: the log has start times for submit times";
    finish(file_);
    return false;
  }

 protected:
  std::string where() const override { return lines_.where(); }

 private:
  double number(std::string_view field, std::size_t index) const {
    if (const auto value = try_parse_real(field)) return *value;
    return io::csv_number(field, where(), "field " + std::to_string(index + 1));  // which says what is wrong
  }

  void read_comment(const std::string& line) {
    constexpr std::string_view kStart = "UnixStartTime:";
    const auto at = line.find(kStart);
    if (at == std::string::npos) return;
    const auto digits = line.find_first_not_of(kBlanks, at + kStart.size());
    if (digits == std::string::npos) return;
    const std::size_t end = line.find_first_of(kBlanks, digits);
    if (const auto value = try_parse_real(std::string_view(line).substr(digits, end == std::string::npos ? end : end - digits)))
      origin_ = *value;
  }

  void read_fields(std::string_view line) {
    std::size_t found = 0;
    for (std::size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos; ++found) {
      const std::size_t end = std::min(line.find_first_of(kBlanks, at), line.size());
      const std::string_view field = line.substr(at, end - at);
      if (found < kFields) fields_[found] = number(field, found);
      at = line.find_first_not_of(kBlanks, end);
    }
    if (found != kFields)
      throw data_error(where(), "expected 18 fields, found " + std::to_string(found), "is the file cut short, or of another layout?");
  }

  /// At least 0; absent where the field is -1.
  std::optional<double> known(std::size_t field) const {
    if (fields_[field] == kUnknown) return std::nullopt;
    if (fields_[field] >= 0) return fields_[field];
    throw data_error(where(), "field " + std::to_string(field + 1) + ": expected at least 0, or -1 for unknown");
  }

  Request job() {
    const auto submit = known(kSubmit), processors = known(kProcessors), requested = known(kRequested);
    if (!submit) throw data_error(where(), "the submit time is not known", "leave such jobs out");
    Request request;
    request.time_s = origin_ + *submit;
    request.service_s = known(kRun);
    request.servers = processors.value_or(requested.value_or(1));
    waits_ = waits_ || fields_[kWait] > 0;
    const double status = fields_[kStatus];
    unfinished_ += status == 0 || status == 4 || status == 5;  // failed, failed in its last part, canceled
    return request;
  }

  std::string file_;
  io::LineReader lines_;
  double origin_ = 0;
  bool waits_ = false;
  std::array<double, kFields> fields_{};
};

}  // namespace

std::unique_ptr<RequestReader> open_swf(const io::InputFile& file, const Layout& layout) {
  return std::make_unique<SwfReader>(file, layout);
}

}  // namespace daybreak::scaling
