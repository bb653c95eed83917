// Datasets of several owners as one.
#include "libcore/dataset/merge.h"

#include <cmath>
#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/io/atomic_file.h"
#include "tools/compress-dataset/output.h"
#include "tools/compress-dataset/verbs.h"
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

/// The disagreements: the first of them for the record, all of them as JSON Lines where a file is named.
class Conflicts {
 public:
  explicit Conflicts(const std::optional<std::string>& path) {
    if (path) file_.emplace(*path);
  }

  void take(const io::Json& conflict) {
    if (file_) file_->write(conflict.dump() + "\n");
    if (shown_.size() < kShownConflicts) shown_.push_back(conflict);
  }

  /// Makes the file real, whatever the answer is: it is what one needs where that is no.
  void finish(std::uint64_t conflicts) {
    if (!file_) return;
    io::Json summary;
    summary["type"] = "summary";
    summary["conflicts"] = conflicts;
    file_->write(summary.dump() + "\n");
    file_->commit();
  }

  const io::Json& shown() const { return shown_; }

 private:
  std::optional<io::AtomicFile> file_;
  io::Json shown_ = io::Json::array();
};

/// "a.h5 sample 3: 1, b.h5 sample 0: 0"
std::string conflict_text(const io::Json& conflict) {
  std::string text;
  for (const io::Json& label : conflict.at("labels").as_array())
    text += (text.empty() ? "" : ", ") + label.at("owner").as_string() + " sample " + label.at("sample").dump() + ": " +
            label.at("label").dump();
  return text;
}

class Merge : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operands("FILE", &paths_, "Files that compress-dataset wrote, each of one owner", true);
    sink.file("output,o", &output_, "The HDF5 file to write");
    sink.choice("labels", &merge_.rule, {"refuse", "first", "majority"}, "Which label holds where owners disagree");
    sink.file("conflicts", &conflicts_path_, "List every disagreement there, as JSON Lines");
    sink.list("label", &merge_.labels, "NAME", "An array that holds labels; else by its role or name");
    options_.declare(sink);
  }

  void check() override {
    options_.check();
    dataset::parse_label_rule(merge_.rule);
    if (paths_.size() < 2) throw usage_error("merge wants two files or more", "name the files of all owners");
  }

  frame::Outcome run(frame::Session& session) override {
    check_output(output_, options_, session);
    if (conflicts_path_) session.output_file(*conflicts_path_);
    for (const std::string& path : paths_) open_archive(path, session);
    const dataset::Surroundings around{session.threads(), session.stop(), session.progress()};
    Conflicts conflicts(session.dry_run() ? std::nullopt : conflicts_path_);
    dataset::Merged merged = dataset::merge(
        paths_, merge_, [&](const io::Json& conflict) { conflicts.take(conflict); }, around);
    const auto add = [&](io::Json& document, std::string& text) {
      describe(merged, conflicts.shown(), document, text);
    };
    if (!merged.input || session.dry_run()) show_record(add, session);
    if (merged.input && !session.dry_run()) {
      std::vector<dataset::CompressInput> inputs;
      inputs.push_back(std::move(*merged.input));
      inputs[0].restore_name = restore_name(inputs[0].file.format);
      write_dataset(
          *output_, session, around,
          [&](const std::string& path) { return dataset::compress(inputs, options_, path, *output_, around); }, add);
      conflicts.finish(merged.agreement.conflicting);
      return frame::Outcome::done;
    }
    conflicts.finish(merged.agreement.conflicting);
    return merged.input ? frame::Outcome::done : refuse(merged, conflicts, session);
  }

 private:
  /// all.h5 becomes all.jsonl, all.csv or stays.
  std::string restore_name(const std::string& format) const {
    std::filesystem::path name = std::filesystem::path(*output_).filename();
    if (format != "hdf5") name.replace_extension(format);
    return dataset::harmless_name(name.string());
  }

  static frame::Outcome refuse(const dataset::Merged& merged, const Conflicts& conflicts, frame::Session& session) {
    session.log().warning(
        std::to_string(merged.agreement.conflicting) + " samples have labels that disagree, the first of them " +
        conflict_text(conflicts.shown().at(std::size_t{0})) +
        "; nothing was written (choose --labels first or majority, or list all with --conflicts FILE)");
    return frame::Outcome::negative;
  }

  void describe(const dataset::Merged& merged, const io::Json& shown, io::Json& document, std::string& text) const {
    io::Json owners = io::Json::array();
    for (const dataset::OwnerCounts& owner : merged.owners) {
      io::Json one;
      one["name"] = owner.name;
      one["samples"] = owner.samples;
      one["distinct_samples"] = owner.distinct;
      one["added_samples"] = owner.added;
      one["left_out_samples"] = owner.left_out;
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
    labels["rule"] = merge_.rule;
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
  dataset::MergeOptions merge_;
  dataset::CompressOptions options_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_merge() {
  return std::make_unique<Merge>();
}

}  // namespace daybreak::compress_dataset
