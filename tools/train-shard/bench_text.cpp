#include "tools/train-shard/bench_text.h"

#include <string_view>
#include <vector>

#include "tools/frame/text.h"
#include "tools/train-shard/split.h"

namespace daybreak::train_shard {
namespace {

std::string share(const io::Json& row, std::string_view key) {
  const io::Json* const found = row.find(key);
  return found && !found->is_null() ? frame::percent(found->as_double()) : "-";
}

/// What the rows of the table are shares of.
std::string legend(const io::Json& first) {
  const io::Json& source = first.at("peak_source");
  return "MFU: share of the " + (source.is_null() ? "unknown" : source.as_string()) +
         " peak of the row's own formats; busy: share of the time in which the device had work, however well that used it\n";
}

}  // namespace

std::string bench_text(const io::Json& record, const io::Json& rows) {
  const io::Json& first = rows.at(0);
  const bool has_sheet = first.find("datasheet_mfu") != nullptr;
  std::vector<std::vector<std::string>> table{{"formats", "tokens/s", "of the first", "step", "MFU", "of bf16's peak"}};
  if (has_sheet) table[0].emplace_back("of the data sheet's");
  table[0].emplace_back("busy");
  std::string splits;
  for (const io::Json& row : rows.as_array()) {
    const std::string name = row.at("precision").as_string();
    const double tokens_per_s = row.at("tokens_per_s").as_double();
    table.push_back({name + (row.at("emulated").as_bool() ? " (emulated)" : ""), frame::number(tokens_per_s),
                     frame::number(tokens_per_s / first.at("tokens_per_s").as_double()),
                     frame::number(row.at("step_median_s").as_double()) + " s", share(row, "mfu"), share(row, "mfu_of_bf16_peak")});
    if (has_sheet) table.back().push_back(share(row, "datasheet_mfu"));
    table.back().push_back(share(row, "busy_share"));
    if (const io::Json* const split = row.find("split")) splits += "\na step in " + name + ":\n" + split_text(*split);
  }
  return frame::table({{"device", record.at("device").at("description").as_string()},
                       {"memory", "y += x moves " + frame::number(record.at("memory_bytes_per_s").as_double() / 1e9) + " GB/s"}}) +
         "\n" + frame::table(table) + legend(first) + splits;
}

}  // namespace daybreak::train_shard
