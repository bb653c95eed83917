// Files into one compressed HDF5 file.
#include "libcore/dataset/compress.h"

#include "libcore/base/error.h"
#include "libcore/dataset/archive.h"
#include "libcore/dataset/duplicates.h"
#include "libcore/dataset/forecast.h"
#include "libcore/dataset/journal.h"
#include "libcore/dataset/loss.h"
#include "libcore/dataset/near_duplicates.h"
#include "libcore/dataset/non_finite.h"
#include "libcore/dataset/shard.h"
#include "tools/compress-dataset/inputs.h"
#include "tools/compress-dataset/output.h"
#include "tools/compress-dataset/plan.h"
#include "tools/compress-dataset/plot.h"
#include "tools/compress-dataset/task_check.h"
#include "tools/compress-dataset/verbs.h"
#include "tools/frame/gnuplot.h"

namespace daybreak::compress_dataset {
namespace {

class Compress : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operands("INPUT", &paths_, "Files to compress; - is stdin; .gz and .zst are unpacked, tar shards opened",
                  true);
    sink.file("output,o", &output_, "The HDF5 file to write");
    sink.file("plot", &plot_, "Draw the record: sizes, and rate against loss (.svg or .png)");
    sink.file("resume", &journal_path_, "Keep encoded chunks in this file, so that a run cut off goes on from there",
              "JOURNAL");
    sink.text("shard", &shard_, "PART/PARTS", "Compress this part alone, such as 3/8; join makes one dataset of all parts");
    options_.declare(sink);
    inputs_.declare(sink);
    bounds_.declare(sink);
    sink.flag("task-check", &task_check_, "Train a small model before and after; write nothing where it learns less");
    sink.group("Cleaning");
    sink.choice("non-finite", &non_finite_, {"keep", "refuse", "drop-samples"},
                "NaN and infinities: keep their bits, end with 65, leave their samples out");
    sink.flag("dedup", &dedup_, "Store equal samples once; readers of ours and restore give all of them");
    sink.real("drop-near-duplicates", &near_, "SHARE", "Leave out texts that share so much with an earlier one",
              OptionSink::Range{0.5, 1});
    sink.file("dropped", &dropped_path_, "List what was left out there, as JSON Lines");
  }

  void check() override {
    if (plot_) frame::check_plot(*plot_);
    options_.check();
    bounds_.check();
    inputs_.check();
    if (dropped_path_ && !near_) throw usage_error("--dropped lists what --drop-near-duplicates leaves out", "name both");
    if (near_ && inputs_.keep_original)
      throw usage_error("--keep-original keeps what --drop-near-duplicates leaves out", "choose one of them");
    if (non_finite_ == "drop-samples" && inputs_.keep_original)
      throw usage_error("--non-finite drop-samples and --keep-original exclude each other",
                        "the original holds all samples");
    if (journal_path_ == "-") throw usage_error("--resume - names no file", "name the journal's file");
    if (shard_) check_shard();
    if (task_check_ && !bounds_.any())
      throw usage_error("--task-check needs a bound on the loss", "add one, such as --integrity 0.997");
  }

  frame::Outcome run(frame::Session& session) override {
    check_output(output_, options_, session);
    if (journal_path_) session.output_file(*journal_path_);
    io::AtomicFile* picture = plot_ ? &session.side_file(*plot_) : nullptr;
    std::optional<dataset::ShardRecord> shard;
    std::vector<dataset::CompressInput> inputs = open(shard, session);
    if (session.dry_run()) return plan(inputs, session);

    std::optional<dataset::Journal> journal;
    if (journal_path_) journal.emplace(*journal_path_);
    const dataset::Surroundings around{session.threads(), session.stop(), session.progress(), journal ? &*journal : nullptr};
    if (near_) drop_near_duplicates(inputs, session, around);
    // Lossy frames are fitted to the chunks of the arrays as they are; those of equal samples stored once are others.
    dataset::CompressOptions fitted = options_;
    if (dedup_) fitted.reader = "h5py";
    if (non_finite_ == "refuse") dataset::refuse_non_finite(inputs, around);
    if (non_finite_ == "drop-samples") dataset::drop_non_finite(inputs, around);
    std::optional<TaskData> task;
    if (task_check_) task.emplace(inputs, inputs_.labels);
    if (bounds_.any()) dataset::lose(inputs, bounds_, fitted, around);
    if (dedup_)
      for (dataset::CompressInput& input : inputs) dataset::store_once(input, around);
    const auto write = [&](const std::string& path) {
      dataset::Layout layout = dataset::compress(inputs, options_, path, *output_, around, shard ? &*shard : nullptr);
      if (picture != nullptr) plot_summary(layout, *plot_, *picture);
      return layout;
    };
    const auto add = [&](io::Json& document, std::string& text) {
      if (!journal) return;
      document["journal_chunks"] = journal->taken();
      text += "from the journal: " + std::to_string(journal->taken()) + " chunks\n";
    };
    Judge judge;
    if (task)
      judge = [&](const std::string& path) {
        const TaskVerdict verdict = check_task(*task, dataset::Archive(path), around);
        return Judgment{verdict.passed(), "task_check", verdict_json(verdict), verdict_text(verdict)};
      };
    const frame::Outcome outcome = write_dataset(*output_, session, around, write, add, judge);
    if (journal && outcome == frame::Outcome::done) journal->remove();
    return outcome;
  }

 private:
  /// What has no meaning without a look at all samples is no work for one part.
  void check_shard() const {
    dataset::parse_shard(*shard_);
    const auto refuse = [](bool given, const char* option, const char* reason, const char* hint) {
      if (given) throw usage_error("--shard and " + std::string(option) + " exclude each other: " + reason, hint);
    };
    constexpr const char* kWhole = "compress the whole at once, without --shard";
    refuse(dedup_, "--dedup", "equal samples may stand in different parts", kWhole);
    refuse(near_.has_value(), "--drop-near-duplicates", "a sample and its like may stand in different parts", kWhole);
    refuse(non_finite_ == "drop-samples", "--non-finite drop-samples",
           "no part knows how many samples the others leave out", "--non-finite refuse finds them");
    refuse(task_check_, "--task-check", "a model learns from all samples", kWhole);
    refuse(inputs_.decode_images, "--decode-images", "that all have one shape is known of all alone",
           "without --decode-images the files themselves are kept");
    refuse(bounds_.measure == "nmi", "--measure nmi", "the share of information of parts says nothing of the whole's",
           "--integrity, --nmse, --psnr, --max-abs and --max-rel hold for the whole where they hold for every part");
    refuse(bounds_.by_bits(), "--bits", "the real information of parts says nothing of the whole's",
           "--integrity, --nmse, --psnr, --max-abs and --max-rel hold for the whole where they hold for every part");
  }

  std::vector<dataset::CompressInput> open(std::optional<dataset::ShardRecord>& record, frame::Session& session) const {
    if (!shard_) return open_inputs(paths_, inputs_, session);
    ShardInputs part = open_shard(paths_, inputs_, dataset::parse_shard(*shard_), bounds_.text(), session);
    record = std::move(part.record);
    return std::move(part.inputs);
  }

  void drop_near_duplicates(std::vector<dataset::CompressInput>& inputs, frame::Session& session,
                            const dataset::Surroundings& around) const {
    io::AtomicFile* list = dropped_path_ ? &session.side_file(*dropped_path_) : nullptr;
    std::uint64_t dropped = 0;
    for (dataset::CompressInput& input : inputs)
      dataset::drop_near_duplicates(
          input, *near_,
          [&](const dataset::NearDuplicate& one) {
            ++dropped;
            if (list != nullptr) list->write(near_json(input.restore_name, one).dump() + "\n");
          },
          around);
    io::Json summary;
    summary["type"] = "summary";
    summary["near_duplicate_samples"] = dropped;
    if (list != nullptr) list->write(summary.dump() + "\n");
  }

  static io::Json near_json(const std::string& input, const dataset::NearDuplicate& one) {
    io::Json out;
    out["input"] = input;
    out["sample"] = one.sample;
    out["kept"] = one.kept;
    out["jaccard"] = one.jaccard;
    if (one.name.empty()) return out;
    out["name"] = one.name;
    out["kept_name"] = one.kept_name;
    return out;
  }

  /// What would be written, foretold by a few chunks of each array.
  frame::Outcome plan(const std::vector<dataset::CompressInput>& inputs, frame::Session& session) const {
    const std::vector<dataset::KeptArray> arrays = dataset::plan_arrays(inputs, options_);
    const dataset::Surroundings around{session.threads(), session.stop(), session.progress()};
    show_plan(arrays, dataset::forecast(inputs, bounds_, options_, around), session);
    return frame::Outcome::done;
  }

  std::vector<std::string> paths_;
  std::optional<std::string> output_, plot_, journal_path_, shard_;
  dataset::CompressOptions options_;
  dataset::LossBounds bounds_;
  InputOptions inputs_;
  std::optional<double> near_;
  std::optional<std::string> dropped_path_;
  std::string non_finite_ = "keep";
  bool dedup_ = false, task_check_ = false;
};

}  // namespace

std::unique_ptr<frame::Verb> make_compress() {
  return std::make_unique<Compress>();
}

}  // namespace daybreak::compress_dataset
