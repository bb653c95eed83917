// Datasets of several owners as one.
#include "libcore/dataset/merge.h"

#include <cmath>
#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/io/atomic_file.h"
#include "libcore/records/dataset_record.h"
#include "tools/compress-dataset/verbs.h"
#include "tools/compress-dataset/write_dataset.h"
#include "tools/frame/text.h"

namespace daybreak::compress_dataset {
namespace {

constexpr std::size_t kShownConflicts = 10;

double share(std::uint64_t part, std::uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

/// A rate with its reason for being null: nothing is shared.
io::Json rate_json(std::uint64_t agreed, std::uint64_t shared) {
  return shared == 0 ? io::Json() : io::Json(share(agreed, shared));
}

io::Json pair_json(const dataset::PairAgreement& pair, const std::vector<dataset::OwnerCounts>& owners) {
  io::Json out;
  out["owners"] = io::Json::Array{owners[pair.first].name, owners[pair.second].name};
  out["shared_samples"] = pair.shared;
  out["agreed_samples"] = pair.agreed;
  out["agreement"] = rate_json(pair.agreed, pair.shared);
  out["kappa"] = pair.kappa ? io::Json(*pair.kappa) : io::Json();
  if (!pair.kappa) out["kappa_reason"] = "both gave one and the same label throughout";
  return out;
}

class Merge : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operands("FILE", &paths_, "Files that compress-dataset wrote, each of one owner", true);
    sink.file("output,o", &output_, "The HDF5 file to write");
    sink.choice("labels", &rule_, {"refuse", "first", "majority"}, "Which label holds where owners disagree");
    sink.file("conflicts", &conflicts_path_, "List every disagreement there, as JSON Lines");
    sink.list("label", &merge_.labels, "NAME", "An array that holds labels; else by its role or name");
    options_.declare(sink);
  }

  void check() override {
    options_.check();
    merge_.rule = dataset::parse_label_rule(rule_);
    if (paths_.size() < 2) throw usage_error("merge wants two files or more", "name the files of all owners");
  }

  frame::Outcome run(frame::Session& session) override {
    if (output_ || !session.dry_run()) dataset_output(output_, session);
    for (const std::string& path : paths_) session.input(path);
    std::string lines;
    io::Json shown = io::Json::array();
    const auto take = [&](const io::Json& conflict) {
      if (conflicts_path_) lines += conflict.dump() + "\n";
      if (shown.size() < kShownConflicts) shown.push_back(conflict);
    };
    const dataset::Surroundings around{session.threads(), session.stop(), session.progress()};
    dataset::Merged merged = dataset::merge(paths_, merge_, take, around);
    if (conflicts_path_) write_conflicts(lines, merged, session);
    const auto add = [&](io::Json& document, std::string& text) { describe(merged, shown, document, text); };
    const bool refused = merged.inputs.empty();
    if (refused || session.dry_run()) {
      io::Json document;
      std::string text;
      document["schema"] = records::kDatasetSchema;
      add(document, text);
      if (session.dry_run()) document["dry_run"] = true;
      session.emit(document, text);
      if (refused)
        session.log().warning(std::to_string(merged.agreement.conflicting) +
                              " samples have labels that disagree; nothing was written (choose --labels first or "
                              "majority, or list them with --conflicts FILE)");
      return refused ? frame::Outcome::negative : frame::Outcome::done;
    }
    merged.inputs[0].restore_name = dataset::harmless_name(std::filesystem::path(*output_).filename().string());
    write_dataset(merged.inputs, options_, *output_, session, add);
    return frame::Outcome::done;
  }

 private:
  /// Written whatever the answer is: it is what one needs where that is no.
  void write_conflicts(std::string lines, const dataset::Merged& merged, frame::Session& session) const {
    session.output_file(*conflicts_path_);
    if (session.dry_run()) return;
    io::Json summary;
    summary["type"] = "summary";
    summary["conflicts"] = merged.agreement.conflicting;
    io::write_file(*conflicts_path_, lines + summary.dump() + "\n");
  }

  void describe(const dataset::Merged& merged, const io::Json& shown, io::Json& document, std::string& text) const {
    io::Json owners = io::Json::array();
    for (const dataset::OwnerCounts& owner : merged.owners) {
      io::Json one;
      one["name"] = owner.name;
      one["samples"] = owner.samples;
      one["distinct_samples"] = owner.distinct;
      one["added_samples"] = owner.added;
      owners.push_back(std::move(one));
      text += owner.name + ": " + std::to_string(owner.samples) + " samples, " + std::to_string(owner.added) +
              " of them new\n";
    }
    document["method"] = "merge";
    document["owners"] = std::move(owners);
    document["merged_samples"] = merged.samples;
    text += std::to_string(merged.samples) + " different samples\n";
    if (merged.labeled) describe_labels(merged, shown, document, text);
  }

  void describe_labels(const dataset::Merged& merged, const io::Json& shown, io::Json& document,
                       std::string& text) const {
    const dataset::Agreement& agreement = merged.agreement;
    io::Json pairs = io::Json::array();
    for (const dataset::PairAgreement& pair : agreement.pairs) pairs.push_back(pair_json(pair, merged.owners));
    io::Json labels;
    labels["rule"] = rule_;
    labels["shared_samples"] = agreement.shared;
    labels["agreed_samples"] = agreement.agreed;
    labels["agreement"] = rate_json(agreement.agreed, agreement.shared);
    labels["conflicting_samples"] = agreement.conflicting;
    labels["pairs"] = std::move(pairs);
    labels["conflicts"] = shown;
    document["labels"] = std::move(labels);
    text += std::to_string(agreement.shared) + " samples have several owners";
    if (agreement.shared > 0)
      text += ", who agree on the labels of " +
              frame::number(std::round(1000 * share(agreement.agreed, agreement.shared)) / 10) + " %";
    text += "; " + std::to_string(agreement.conflicting) + " have labels that disagree\n";
    if (agreement.pairs.size() == 1 && agreement.pairs[0].kappa)
      text += "Cohen's kappa is " + frame::number(std::round(1000 * *agreement.pairs[0].kappa) / 1000) + "\n";
  }

  std::vector<std::string> paths_;
  std::optional<std::string> output_, conflicts_path_;
  std::string rule_ = "refuse";
  dataset::MergeOptions merge_;
  dataset::CompressOptions options_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_merge() {
  return std::make_unique<Merge>();
}

}  // namespace daybreak::compress_dataset
