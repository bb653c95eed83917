// A model for the selector out of the user's own data.
#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/dataset/collect_examples.h"
#include "libcore/dataset/selector_card.h"
#include "libcore/io/array_file.h"
#include "tools/compress-dataset/verbs.h"
#include "tools/frame/text.h"

namespace daybreak::compress_dataset {
namespace {

std::string percent(double share) {
  return frame::number(std::round(10000 * share) / 100) + " %";
}

class TrainSelector : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operands("INPUT", &paths_, "Folders and files to learn from: any that compress reads", true);
    sink.file("output,o", &output_, "The model file to write, for --selector");
    collect_.declare(sink);
    sink.flag("ablations", &ablations_, "Judge also without groups of features, forecasts or samples, and with experience");
  }

  frame::Outcome run(frame::Session& session) override {
    if (!output_ && !session.dry_run()) throw usage_error("-o is missing", "name the model file to write, such as -o my.selector");
    const std::vector<dataset::LessonFile> files = dataset::files_below(paths_);
    if (session.dry_run()) return list(files, session);
    io::AtomicFile& file = session.side_file(*output_);
    const std::vector<dataset::SelectorExample> examples = collect(files, session);
    const dataset::Surroundings around{session.threads(), session.stop(), session.progress()};
    const dataset::TrainSelectorOptions options;
    dataset::SelectorCard card{examples.size(), dataset::judge_selector(examples, options, around), {}};
    if (ablations_)
      for (const dataset::Handicap& handicap : dataset::all_handicaps())
        card.handicapped.emplace_back(handicap.name, dataset::judge_selector(examples, options, around, handicap));
    codecs::SelectorModel model = dataset::Lessons(examples).fit(options);
    const io::Json document = dataset::selector_card(card);
    model.card = document.dump();
    const codecs::Bytes bytes = codecs::write_selector(model);
    file.write(std::as_bytes(std::span(bytes)));
    session.emit(document, card_text(card, bytes.size()));
    return frame::Outcome::done;
  }

 private:
  static frame::Outcome list(const std::vector<dataset::LessonFile>& files, frame::Session& session) {
    io::Json document, names = io::Json::array();
    std::string text;
    for (const dataset::LessonFile& file : files) {
      names.push_back(file.path);
      text += file.path + "\n";
    }
    document["schema"] = "daybreak.selector-card/1";
    document["dry_run"] = true;
    document["files"] = std::move(names);
    session.emit(document, text);
    return frame::Outcome::done;
  }

  std::vector<dataset::SelectorExample> collect(const std::vector<dataset::LessonFile>& files, frame::Session& session) const {
    const dataset::Surroundings around{session.threads(), session.stop(), session.progress()};
    io::ReadOptions reading;
    reading.stop = &session.stop();
    std::vector<dataset::SelectorExample> examples;
    for (const dataset::LessonFile& file : files) {
      // An output among the operands is refused; one in a folder that is read is just no input.
      const bool named = std::find(paths_.begin(), paths_.end(), file.path) != paths_.end();
      if (named) session.input(file.path);
      try {
        const auto arrays = io::open_arrays(named ? file.path : session.input(file.path), reading);
        auto some = dataset::collect_examples(file.dataset, arrays, collect_, around);
        if (some.empty()) session.log().warning(file.path + ": no array of 4 KiB or more is in it");
        std::move(some.begin(), some.end(), std::back_inserter(examples));
      } catch (const Error& failure) {
        // One file that is of no kind that compress reads should not end an hour of learning from the others.
        if (failure.status() != ExitStatus::data && failure.status() != ExitStatus::usage) throw;
        session.log().warning(file.path + " is left out: " + failure.message());
      }
    }
    const auto datasets = std::count_if(examples.begin(), examples.end(), [&](const dataset::SelectorExample& one) {
      return &one == &examples.front() || one.dataset != (&one)[-1].dataset;
    });
    if (datasets < 2)
      throw Error(ExitStatus::data, "the inputs hold fewer than two files with arrays of 4 KiB or more",
                  "name more data: a model is judged on files that it was not fitted to");
    return examples;
  }

  static std::string card_text(const dataset::SelectorCard& card, std::size_t bytes) {
    const dataset::SelectorReport& report = card.report;
    std::vector<std::vector<std::string>> rows{{"left out", "chunks", "plain", "chosen", "best", "mean regret", "worst", "chosen there", "best there"}};
    for (const dataset::SelectorReport::Dataset& one : report.datasets)
      rows.push_back({one.name, std::to_string(one.chunks), frame::bytes(static_cast<double>(one.plain_bytes)),
                      frame::bytes(static_cast<double>(one.chosen_bytes)), frame::bytes(static_cast<double>(one.best_bytes)),
                      percent(one.mean_regret), percent(one.worst_regret), one.worst_chosen, one.worst_best});
    const double single = static_cast<double>(report.best_single_bytes) / static_cast<double>(report.chosen_bytes);
    return frame::table(rows) + "a model of " + frame::bytes(static_cast<double>(bytes)) + " from " +
           std::to_string(card.examples) + " examples; on data left out, " + figures(report) +
           ";\nthe best single pipeline, " + report.best_single + ", makes " + percent(single - 1) + " more bytes\n" +
           ablations_text(card);
  }

  static std::string figures(const dataset::SelectorReport& report) {
    return "mean regret " + percent(report.mean_regret) + ", 95 in 100 chunks below " + percent(report.p95_regret) +
           ", in " + percent(report.selection_share()) + " of the time of trying everything";
  }

  static std::string ablations_text(const dataset::SelectorCard& card) {
    std::string text;
    for (const auto& [name, report] : card.handicapped) text += name + ": " + figures(report) + "\n";
    return text;
  }

  std::vector<std::string> paths_;
  std::optional<std::string> output_;
  dataset::CollectOptions collect_;
  bool ablations_ = false;
};

}  // namespace

std::unique_ptr<frame::Verb> make_train_selector() {
  return std::make_unique<TrainSelector>();
}

}  // namespace daybreak::compress_dataset
