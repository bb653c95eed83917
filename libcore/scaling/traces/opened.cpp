#include "libcore/scaling/traces/opened.h"

#include "libcore/base/error.h"
#include "libcore/scaling/traces/request_reader.h"

namespace daybreak::scaling {
namespace {

/// CSV and JSON Lines hold either.
void open_table(const io::InputFile& file, const Layout& layout, const TraceOptions& options, Opened& opened) {
  auto rows = open_rows(file, layout.framing);
  const std::vector<std::string>* first = rows->next();
  if (first == nullptr) throw data_error(file.name(), "expected at least two rows, found a header only", "did the query find nothing?");
  Columns columns = choose_columns(file.name(), *rows, *first, layout, options);
  if (columns.kind == RowKind::request)
    opened.requests = open_request_rows(file.name(), layout, std::move(rows), *first, std::move(columns), options);
  else
    opened.samples = read_samples(file.name(), *rows, *first, columns, options);
}

}  // namespace

Opened open_trace(const io::InputFile& file, const TraceOptions& options) {
  const Layout& layout = layout_of(file, options.format);
  Opened opened{layout.name, nullptr, {}};
  switch (layout.framing) {
    case Framing::csv:
    case Framing::json_lines: open_table(file, layout, options, opened); break;
    case Framing::prometheus: opened.samples = read_prometheus(file, options); break;
    case Framing::swf: opened.requests = open_swf(file, layout); break;
  }
  return opened;
}

}  // namespace daybreak::scaling
