#include "tools/compress-dataset/task_check.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/common/philox.h"
#include "libcore/dataset/ordered_work.h"
#include "libcore/model/softmax_regression.h"
#include "tools/frame/text.h"

namespace daybreak::compress_dataset {
namespace {

constexpr std::uint64_t kFolds = 5, kSeeds = 2;  // of each fold
constexpr double kStudent =
    2.015048373333024;  // 95 % quantile of Student's distribution of kFolds * (kSeeds - 1) degrees of freedom
constexpr double kWork = 2e9;  // multiplications of one training, some seconds

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The mean of each fold's seeds.
std::vector<double> fold_means(const std::vector<double>& values) {
  std::vector<double> means;
  for (std::size_t first = 0; first < values.size(); first += kSeeds)
    means.push_back(mean_of({values.begin() + static_cast<std::ptrdiff_t>(first),
                             values.begin() + static_cast<std::ptrdiff_t>(first + kSeeds)}));
  return means;
}

/// How far seeds alone make results differ: the standard deviation within the folds.
double seeds_deviation(const std::vector<double>& values) {
  const std::vector<double> means = fold_means(values);
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) squares += std::pow(values[i] - means[i / kSeeds], 2);
  return std::sqrt(squares / static_cast<double>(kFolds * (kSeeds - 1)));
}

/// Samples of one side of the split.
struct Part {
  std::vector<float> features;
  std::vector<std::uint32_t> labels;
};

Part part_of(const TaskData& data, const std::vector<float>& features, std::uint64_t fold, bool held_out) {
  Part part;
  for (std::size_t row = 0; row < data.labels().size(); ++row) {
    const auto words = kernels::philox_block(0, 0, row);
    const auto own = static_cast<std::uint64_t>(kernels::unit_interval(words[0], words[1]) * kFolds);
    if ((own == fold) != held_out) continue;
    const auto first = features.begin() + static_cast<std::ptrdiff_t>(row * data.columns());
    part.features.insert(part.features.end(), first, first + static_cast<std::ptrdiff_t>(data.columns()));
    part.labels.push_back(data.labels()[row]);
  }
  return part;
}

/// Brings columns to mean 0 and variance 1 by what it saw in training; what is not finite or missing becomes 0.
class Scaler {
 public:
  Scaler(const std::vector<float>& features, std::size_t columns, const std::vector<double>& missing)
      : missing_(missing), means_(columns), factors_(columns) {
    std::vector<double> counts(columns), squares(columns);
    for (std::size_t i = 0; i < features.size(); ++i)
      if (holds(features[i])) ++counts[i % columns], means_[i % columns] += features[i];
    for (std::size_t c = 0; c < columns; ++c) means_[c] /= std::max(counts[c], 1.0);
    for (std::size_t i = 0; i < features.size(); ++i)
      if (holds(features[i])) squares[i % columns] += std::pow(features[i] - means_[i % columns], 2);
    for (std::size_t c = 0; c < columns; ++c)
      if (squares[c] > 0) factors_[c] = std::sqrt(counts[c] / squares[c]);
  }

  std::vector<float> scaled(std::vector<float> features) const {
    for (std::size_t i = 0; i < features.size(); ++i) {
      const std::size_t c = i % means_.size();
      features[i] = holds(features[i]) ? static_cast<float>((features[i] - means_[c]) * factors_[c]) : 0;
    }
    return features;
  }

 private:
  bool holds(float x) const {
    const auto is_it = [x](double value) { return x == static_cast<float>(value); };
    return std::isfinite(x) && std::none_of(missing_.begin(), missing_.end(), is_it);
  }

  const std::vector<double>& missing_;
  std::vector<double> means_, factors_;
};

/// Fewer epochs where one is long.
model::RegressionOptions options_for(const TaskData& data, std::size_t rows) {
  model::RegressionOptions options;
  const double products = 2.0 * static_cast<double>(rows * data.columns() * data.classes());
  options.epochs = static_cast<std::size_t>(std::clamp(kWork / products, 1.0, static_cast<double>(options.epochs)));
  return options;
}

/// Adds what comes of a fold.
void add_fold(const TaskData& data, const Part& training, const Part& held_out, const std::vector<double>& missing,
              std::uint64_t fold, const dataset::Surroundings& around, TaskScores& scores) {
  const Scaler scaler(training.features, data.columns(), missing);
  const std::vector<float> learned = scaler.scaled(training.features), tried = scaler.scaled(held_out.features);
  const model::LabeledRows known{data.columns(), learned, training.labels},
      unknown{data.columns(), tried, held_out.labels};
  struct Score {
    double loss, accuracy;
  };
  const auto work = [&](std::uint64_t seed) {
    around.stop.check();
    model::SoftmaxRegression model(data.columns(), data.classes());
    model.train(known, options_for(data, training.labels.size()), fold * kSeeds + seed);
    return Score{model.loss(unknown), model.accuracy(unknown)};
  };
  dataset::in_order<Score>(kSeeds, around.threads, work, [&](std::uint64_t, Score score) {
    scores.losses.push_back(score.loss);
    scores.accuracies.push_back(score.accuracy);
    around.progress.advance(1);
  });
}

io::Json scores_json(const TaskScores& scores) {
  io::Json out;
  out["loss_mean"] = mean_of(scores.losses);
  out["loss_std"] = seeds_deviation(scores.losses);
  out["accuracy_mean"] = mean_of(scores.accuracies);
  out["losses"] = io::Json::array(scores.losses);
  out["accuracies"] = io::Json::array(scores.accuracies);
  return out;
}

}  // namespace

bool TaskVerdict::passed() const {
  return low >= -margin && high <= margin && accuracy_drop <= kMostDrop;
}

TaskVerdict check_task(const TaskData& data, const dataset::Archive& archive, const dataset::Surroundings& around) {
  around.progress.begin("task check", 2 * kFolds * kSeeds, "fits");
  const std::vector<double> missing = data.missing_in(archive);
  const std::vector<float> decoded = data.features_of(archive);
  TaskVerdict verdict;
  for (std::uint64_t fold = 0; fold < kFolds; ++fold) {
    const Part held_out = part_of(data, data.features(), fold, true);
    add_fold(data, part_of(data, data.features(), fold, false), held_out, missing, fold, around, verdict.original);
    add_fold(data, part_of(data, decoded, fold, false), held_out, missing, fold, around, verdict.decoded);
  }
  verdict.rows = data.labels().size();
  verdict.columns = data.columns();
  verdict.classes = data.classes();
  std::vector<double> differences;
  for (std::size_t i = 0; i < verdict.original.losses.size(); ++i)
    differences.push_back(verdict.decoded.losses[i] - verdict.original.losses[i]);
  const double half = kStudent * seeds_deviation(differences) / std::sqrt(static_cast<double>(kFolds * kSeeds));
  verdict.low = mean_of(differences) - half;
  verdict.high = mean_of(differences) + half;
  verdict.margin = seeds_deviation(verdict.original.losses);
  verdict.accuracy_drop = mean_of(verdict.original.accuracies) - mean_of(verdict.decoded.accuracies);
  return verdict;
}

io::Json verdict_json(const TaskVerdict& verdict) {
  io::Json out, interval = io::Json::array();
  out["passed"] = verdict.passed();
  out["model"] = "softmax regression";
  out["rows"] = verdict.rows;
  out["held_out_rows"] = verdict.rows;  // each of them once
  out["folds"] = kFolds;
  out["features"] = verdict.columns;
  out["classes"] = verdict.classes;
  out["original"] = scores_json(verdict.original);
  out["decoded"] = scores_json(verdict.decoded);
  interval.push_back(verdict.low);
  interval.push_back(verdict.high);
  out["loss_difference_90"] = std::move(interval);
  out["loss_margin"] = verdict.margin;
  out["accuracy_drop"] = verdict.accuracy_drop;
  out["accuracy_drop_allowed"] = kMostDrop;
  return out;
}

std::string verdict_text(const TaskVerdict& verdict) {
  return std::string("task check ") + (verdict.passed() ? "passed" : "failed") + ": softmax regression on " +
         std::to_string(verdict.rows) + " samples of " + std::to_string(verdict.columns) + " features in " +
         std::to_string(verdict.classes) + " classes, held-out loss " +
         frame::number(mean_of(verdict.original.losses)) + " before and " +
         frame::number(mean_of(verdict.decoded.losses)) + " after, 90 % interval of the difference " +
         frame::number(verdict.low) + " to " + frame::number(verdict.high) + " (allowed +- " +
         frame::number(verdict.margin) + "), accuracy " + frame::percent(mean_of(verdict.original.accuracies)) +
         " and " + frame::percent(mean_of(verdict.decoded.accuracies)) + "\n";
}

}  // namespace daybreak::compress_dataset
