#include "libcore/training/calibration.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "libcore/base/clock.h"
#include "libcore/base/median.h"
#include "libcore/model/parameters.h"
#include "libcore/model/transformer.h"
#include "libcore/training/adamw.h"
#include "libcore/training/made_up_batch.h"

namespace daybreak::training {
namespace {

/// No measurement of micro-batches goes on for longer, but for the last one.
constexpr double kLongest_s = 2;
/// A first micro-batch that takes longer than others by a smaller part of one takes as long as they do.
constexpr double kNoise = 0.25;
/// Fewer say nothing of that.
constexpr std::size_t kFewSteps = 3;
/// Bytes that are handed over at a time.
constexpr std::size_t kPiece = std::size_t{4} << 20;
/// Of an update: more than caches hold.
constexpr std::int64_t kUpdated = std::int64_t{1} << 24;
constexpr double kUpdating_s = 0.05;

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Seconds that `work` takes on the device.
template <typename Work>
double timed(device::Device& device, const Work& work) {
  const Clock::time_point began = Clock::now();
  work();
  device.synchronize();
  return seconds_since(began);
}

/// Nobody goes on before all are here.
double slowest_of(Collectives& ranks, double mine_s) {
  const std::vector<double> all = all_gathered(ranks, mine_s);
  return *std::max_element(all.begin(), all.end());
}

/// A rank that measures itself.
class Subject {
 public:
  Subject(const CalibrationTask& task, Collectives& ranks)
      : task_(task),
        ranks_(ranks),
        model_(task.config, task.device, task.precision, task.batch.at_once(), task.batch.context,
               {.recompute = task.recompute, .master_weights = task.optimizer.storage.master_weights()}),
        batch_(made_up_batch(1, task.batch.at_once(), task.batch.context, task.config.vocabulary)) {
    model_.set_weights(task.weights);
  }

  RankPace pace() {
    RankPace pace;
    pace.state_room_bytes = task_.state_room_bytes;
    measure_micro_batches(pace);
    pace.hand_over_s = hand_over_s();
    pace.whole_update_s = whole_update_s();
    return pace;
  }

 private:
  double compute_s() {
    return timed(task_.device, [&] {
      task_.slowdown([&] { return model_.train(batch_.tokens, batch_.targets, 1e-6F).sum; });
    });
  }

  /// Steps of three micro-batches, of which the first may take longer.
  void measure_micro_batches(RankPace& pace) {
    compute_s();  // touches memory for the first time
    // A chip that can record operations does so in the second.
    const double slowest_s = slowest_of(ranks_, compute_s());
    const double time_s = std::max(task_.time_s, std::min(3 * slowest_s, kLongest_s));
    std::vector<double> first_s, later_s;
    const Clock::time_point began = Clock::now();
    while (first_s.empty() || seconds_since(began) < time_s) {
      model_.zero_gradients();
      first_s.push_back(compute_s());
      for (int i = 0; i < 2; ++i) later_s.push_back(compute_s());
    }
    // Means, for a device that others use too computes in bursts; but what is to be a cost of its own shows in the middle.
    const double more_s = median(first_s) - median(later_s);
    if (first_s.size() >= kFewSteps && more_s > kNoise * median(later_s)) pace.fixed_s = more_s;
    else later_s.insert(later_s.end(), first_s.begin(), first_s.end());
    pace.each_s = mean(later_s);
  }

  /// A copy of the gradient to the host and one back, by pieces as ranks exchange them.
  double hand_over_s() {
    const auto whole = static_cast<std::size_t>(model_.flat_size()) * sizeof(float);
    std::vector<std::byte> piece(std::min(whole, kPiece));
    auto* const gradient = reinterpret_cast<std::byte*>(model_.device_gradients());
    slowest_of(ranks_, 0);
    return timed(task_.device, [&] {
      for (std::size_t at = 0; at < whole; at += piece.size()) {
        const std::size_t bytes = std::min(piece.size(), whole - at);
        task_.device.copy_out(piece.data(), gradient + at, bytes);
        task_.device.copy_in(gradient + at, piece.data(), bytes);
      }
    });
  }

  /// From the update of a part.
  double whole_update_s() {
    const std::int64_t whole = model_.flat_size();
    model::Parameter part;
    part.count = std::min(whole, kUpdated);
    part.decays = true;
    AdamW adamw(task_.device, {part}, task_.optimizer);
    std::int64_t step = 0;
    const auto update = [&] {
      adamw.step({model_.device_weights(), model_.device_gradients(), model_.weight_copy(), model_.copy_type(),
                  task_.optimizer.learning_rate, 1, ++step, model_.weight_type()});
    };
    update();  // touches memory for the first time
    task_.device.synchronize();
    slowest_of(ranks_, 0);
    double updated_s = 0, updates = 0;
    for (; updates == 0 || updated_s < kUpdating_s; ++updates) updated_s += timed(task_.device, update);
    return updated_s / updates * static_cast<double>(whole) / static_cast<double>(part.count);
  }

  const CalibrationTask& task_;
  Collectives& ranks_;
  model::Transformer model_;
  Batch batch_;
};

}  // namespace

std::vector<RankPace> measured_paces(const CalibrationTask& task, Collectives& ranks) {
  return all_gathered(ranks, Subject(task, ranks).pace());
}

}  // namespace daybreak::training
