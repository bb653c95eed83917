#pragma once
// What tasks have in common whatever they train.
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "libcore/training/state_copy.h"
#include "tools/train-shard/origin.h"
#include "tools/train-shard/task.h"

namespace daybreak::train_shard {

/// A trainer, the batches for it, and checkpoints of its state: from a copy that is kept where the state lies in the
/// host's memory as float32, else from what the device hands over. Inputs: made of options, session, ranks and place, with
/// a `device` and a `beginning` that is an Origin.
template <typename Inputs, typename Trainer, typename Loader>
class TrainerTask : public Task {
 public:
  explicit TrainerTask(const TaskParts& parts)
      : options_(parts.options),
        ranks_(parts.ranks),
        stop_(parts.session.stop()),
        seed_(parts.session.seed()),
        threads_(parts.session.threads()),
        inputs_(parts.options, parts.session, parts.ranks, parts.place) {}

  device::Device& device() final { return inputs_.device; }
  io::Json record() final {
    io::Json record = beginning_record();
    record["device_bytes"] = device_bytes();
    return record;
  }
  void begin() final {
    divide();
    ranks_.together([&] { make_trainer(trainer_); });
    training::TrainingState& state = inputs_.beginning.state;
    // Another library of another host may have drawn others.
    if (ranks_.size() > 1 && !resumed()) ranks_.collectives().broadcast(std::as_writable_bytes(std::span(state.weights)), 0);
    ranks_.together([&] {
      trainer_->restore(state);
      // The weights and moments live on the device from here on.
      state.weights = state.first_moments = state.second_moments = state.compensation = {};
      if (options_.saves_early() && trainer_->has_host_view())
        copy_ = std::make_shared<training::StateCopy>(trainer_->host_view(), threads_);
    });
  }
  std::size_t device_bytes() final { return trainer_->device_bytes(); }
  bool resumed() const final { return inputs_.beginning.resumed; }
  std::int64_t step_count() final { return trainer_->step_count(); }
  std::int64_t skipped_before() const final { return inputs_.beginning.state.skipped; }

  void begin_reading() final { make_loader(loader_, trainer_->step_count() + 1); }
  const training::ReadAhead& reading() const final { return loader_->reading(); }
  void fetch() final { batch_ = &loader_->next(); }
  training::StepReport step() final { return trainer_->step(*batch_); }
  void before_update(std::function<void()> call) final { trainer_->before_update(std::move(call)); }

  bool state_in_host_memory() const final { return trainer_->has_host_view(); }
  training::CheckpointSaver::Write writer() final {
    if (!trainer_->has_host_view()) return written(std::make_shared<training::TrainingState>(trainer_->state()));
    return written(std::make_shared<training::StateInPlace>(training::StateInPlace{trainer_->host_view()}));
  }
  training::CheckpointSaver::Take copier() final {
    if (!copy_) return [write = writer()] { return write; };
    return [this, state = trainer_->host_view()] {
      copy_->take(state);
      return written(copy_);
    };
  }

 protected:
  /// What the begin record says of inputs and ranks.
  virtual io::Json beginning_record() = 0;
  /// Decides which rank takes how much, before the trainer is made. To be called on all ranks.
  virtual void divide() {}
  /// Where the inputs have no weights yet, they have fresh ones from here on: nothing refuses the run any more.
  virtual void make_trainer(std::optional<Trainer>& trainer) = 0;
  virtual void make_loader(std::optional<Loader>& loader, std::int64_t first_step) = 0;
  /// Fills the folder of a version. Runs in the saver's thread too, but never beside saved().
  virtual void write(const std::filesystem::path& version, const training::StateView& state) const = 0;

  Trainer& trainer() { return *trainer_; }

  const RunOptions& options_;
  Ranks& ranks_;
  const StopToken& stop_;
  const std::uint64_t seed_;
  const std::int64_t threads_;
  Inputs inputs_;

 private:
  /// What writes a state that is kept as long as it is needed.
  template <typename State>
  training::CheckpointSaver::Write written(std::shared_ptr<State> state) const {
    return [this, state](const std::filesystem::path& version) { write(version, state->view()); };
  }

  // After the inputs, which they read from in threads of their own and compute on.
  std::optional<Trainer> trainer_;
  std::shared_ptr<training::StateCopy> copy_;  // where the run saves before its end
  std::optional<Loader> loader_;
  std::remove_reference_t<decltype(std::declval<Loader&>().next())>* batch_ = nullptr;  // of the next step
};

}  // namespace daybreak::train_shard
