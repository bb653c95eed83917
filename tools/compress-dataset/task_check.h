#pragma once
// Does a model learn the same from lossy data? The same small model is trained on the data before and after, from
// several seeds, and tried on original samples that were held out: each fifth of them once, for the scores of one fifth
// alone depend more on its samples than on what was lost.
#include <vector>

#include "libcore/io/json.h"
#include "tools/compress-dataset/task_data.h"

namespace daybreak::compress_dataset {

/// What came of one side: an entry for each seed, fifth after fifth.
struct TaskScores {
  std::vector<double> losses, accuracies;  // on the original held-out samples
};

/// Equivalence by two one-sided tests (Schuirmann 1987): the 90 % confidence interval of the mean difference of losses,
/// decoded minus original of the same seed, lies within +- the standard deviation of the original's losses; both of what
/// seeds of the same fifth make differ; and the mean accuracy falls by at most kMostDrop.
struct TaskVerdict {
  TaskScores original, decoded;
  std::uint64_t rows = 0, columns = 0, classes = 0;
  double low = 0, high = 0;  // of the confidence interval
  double margin = 0, accuracy_drop = 0;
  bool passed() const;
};
inline constexpr double kMostDrop = 0.003;

TaskVerdict check_task(const TaskData& data, const dataset::Archive& archive, const dataset::Surroundings& around);

/// The object "task_check" of the record, and a sentence for people.
io::Json verdict_json(const TaskVerdict& verdict);
std::string verdict_text(const TaskVerdict& verdict);

}  // namespace daybreak::compress_dataset
