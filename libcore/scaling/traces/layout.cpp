#include "libcore/scaling/traces/layout.h"

#include <algorithm>
#include <span>

#include "libcore/base/calendar_time.h"
#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/io/csv.h"
#include "libcore/io/json.h"

namespace daybreak::scaling {
namespace {

constexpr std::size_t kHead = 1 << 16;
constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::size_t kSwfFields = 18;

// Of layouts whose columns both fit, the first is taken: the plain ones stand last.
const std::vector<Layout>& layouts() {
  static const std::vector<Layout> known{
      {"azure-llm", Framing::csv, {"TIMESTAMP", "ContextTokens", "GeneratedTokens"}},
      {"burstgpt", Framing::csv, {"Timestamp", "Model", "Request tokens", "Response tokens"}, "s"},
      {"mooncake", Framing::json_lines, {"timestamp", "input_length", "output_length"}, "ms"},
      {"servegen", Framing::csv, {"model", "window_start_s", "requests_per_s"}},
      {"nab", Framing::csv, {"timestamp", "value"}},
      {"prometheus", Framing::prometheus, {}, "s"},
      {"swf", Framing::swf, {}, "s"},
      {"csv", Framing::csv, {}},
      {"jsonl", Framing::json_lines, {}}};
  return known;
}

const Layout& named(std::string_view name) {
  for (const Layout& layout : layouts())
    if (layout.name == name) return layout;
  std::string known = "auto";
  for (const Layout& layout : layouts()) known += ", " + layout.name;
  throw usage_error("--trace-format: unknown layout '" + std::string(name) + "'", "known: " + known);
}

/// The layout of that framing whose columns stand in the file.
const Layout& by_columns(Framing framing, const std::vector<std::string>& found, std::string_view fallback) {
  for (const Layout& layout : layouts())
    if (layout.framing == framing && !layout.columns.empty() && has_columns(layout, found)) return layout;
  return named(fallback);
}

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

bool is_swf(std::string_view head) {
  if (head.starts_with(';')) return true;
  std::size_t numbers = 0;
  for (std::string_view line = first_line(head); !line.empty();) {
    const std::size_t begin = line.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(line.find_first_of(kBlanks, begin), line.size());
    if (!try_parse_real(line.substr(begin, end - begin))) return false;
    ++numbers;
    line.remove_prefix(end);
  }
  return numbers == kSwfFields;
}

/// NAB's files have calendar times and no third column; who else calls his columns so has his own layout.
bool is_nab(std::string_view head) {
  const std::string_view header = first_line(head);
  const auto row = io::csv_fields(first_line(head.substr(std::min(header.size() + 1, head.size()))));
  return row.size() == 2 && parse_calendar_time(row[0]);
}

const Layout& json_layout(std::string_view head) {
  const bool answers = head.find("\"resultType\"") != std::string_view::npos || head.find("\"status\"") != std::string_view::npos;
  io::Json record;
  try {
    record = io::Json::parse(first_line(head), "");
  } catch (const Error&) {  // one document over many lines, or a line longer than the head
    return named(answers ? "prometheus" : "jsonl");
  }
  if (record.find("status") && (record.find("data") || record.find("error"))) return named("prometheus");
  std::vector<std::string> names;
  if (record.is_object())
    for (const auto& [name, value] : record.as_object()) names.push_back(name);
  return by_columns(Framing::json_lines, names, "jsonl");
}

}  // namespace

bool has_columns(const Layout& layout, const std::vector<std::string>& found) {
  return std::all_of(layout.columns.begin(), layout.columns.end(),
                     [&](const std::string& name) { return std::find(found.begin(), found.end(), name) != found.end(); });
}

const Layout& layout_of(const io::InputFile& file, const std::string& name) {
  std::string buffer(kHead, '\0');
  std::string_view head(buffer.data(), file.read_some(0, std::as_writable_bytes(std::span(buffer))));
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  head.remove_prefix(std::min(head.find_first_not_of(kBlanks), head.size()));
  if (head.empty()) throw data_error(file.name(), "expected a trace, found an empty file", "did the command before it fail?");
  if (name != "auto") return named(name);
  if (head.starts_with('{') || head.starts_with('[')) return json_layout(head);
  if (is_swf(head)) return named("swf");
  const Layout& found = by_columns(Framing::csv, io::csv_fields(first_line(head)), "csv");
  return &found == &named("nab") && !is_nab(head) ? named("csv") : found;
}

}  // namespace daybreak::scaling
