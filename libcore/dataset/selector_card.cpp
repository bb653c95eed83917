#include "libcore/dataset/selector_card.h"

#include "libcore/dataset/write_arrays.h"

namespace daybreak::dataset {
namespace {

io::Json row_of(const SelectorReport::Dataset& one) {
  io::Json row;
  row["name"] = one.name;
  row["chunks"] = one.chunks;
  row["input_bytes"] = one.plain_bytes;
  row["chosen_bytes"] = one.chosen_bytes;
  row["best_bytes"] = one.best_bytes;
  row["mean_regret"] = one.mean_regret;
  row["worst_regret"] = one.worst_regret;
  row["worst_chosen"] = one.worst_chosen;
  row["worst_best"] = one.worst_best;
  return row;
}

void add_figures(const SelectorReport& report, io::Json& out) {
  out["mean_regret"] = report.mean_regret;
  out["p95_regret"] = report.p95_regret;
  out["chosen_bytes"] = report.chosen_bytes;
  out["selection_share"] = report.selection_share();
  out["forecast_error"] = report.forecast_error;
}

}  // namespace

io::Json selector_card(const SelectorCard& card) {
  const SelectorReport& report = card.report;
  io::Json out, datasets = io::Json::array(), ablations = io::Json::array();
  out["schema"] = "daybreak.selector-card/1";
  out["tool"] = kTool;
  out["examples"] = card.examples;
  add_figures(report, out);
  out["input_bytes"] = report.plain_bytes;
  out["best_bytes"] = report.best_bytes;
  out["best_single"] = report.best_single;
  out["best_single_bytes"] = report.best_single_bytes;
  for (const auto& [name, handicapped] : card.handicapped) {
    io::Json row;
    row["name"] = name;
    add_figures(handicapped, row);
    ablations.push_back(std::move(row));
  }
  out["ablations"] = std::move(ablations);
  for (const SelectorReport::Dataset& one : report.datasets) datasets.push_back(row_of(one));
  out["datasets"] = std::move(datasets);
  return out;
}

}  // namespace daybreak::dataset
