// Trains, or goes on training.
#include <memory>

#include "libcore/base/clock.h"
#include "libcore/base/error.h"
#include "tools/train-shard/loop.h"
#include "tools/train-shard/verbs.h"

namespace daybreak::train_shard {
namespace {

class Run : public frame::Verb {
 public:
  void declare(OptionSink& sink) override { options_.declare(sink); }
  frame::Outcome run(frame::Session& session) override;

 private:
  void agree(Ranks& ranks, const frame::Session& session);
  frame::Outcome train(frame::Session& session, Ranks& ranks, Clock::time_point began);

  RunOptions options_;
};

/// All ranks have the same options, and those that none has given follow from the job.
void Run::agree(Ranks& ranks, const frame::Session& session) {
  ranks.together([&] { options_.check(); });
  io::Json all = options_.of_all_ranks();
  all["seed"] = session.seed();
  all["dry-run"] = session.dry_run();
  ranks.require_same(all);
  options_.divide_batch(ranks.size());
  options_.memory.sharers = ranks.place().local_size;
}

frame::Outcome Run::train(frame::Session& session, Ranks& ranks, Clock::time_point began) {
  agree(ranks, session);
  RunPlace place(options_, ranks);
  const TaskParts parts{options_, session, ranks, place};
  std::unique_ptr<Task> task;
  ranks.together([&] {
    task = make_task(parts);
    session.output_file((place.folder().path() / "latest").string());  // what --depfile names as the target
    if (session.dry_run() && options_.metrics) session.output_file(*options_.metrics);
  });
  task->compare_ranks();
  if (session.dry_run()) {
    task->emit_plan(session);
    return frame::Outcome::done;
  }
  task->begin();
  frame::RecordStream* records = nullptr;
  ranks.together([&] { records = &session.records(options_.metrics); });
  Loop loop(parts, *task, *records, began);
  place.begin(ranks);  // after everything that may be refused
  return loop.run();
}

frame::Outcome Run::run(frame::Session& session) {
  const Clock::time_point began = Clock::now();
  Ranks ranks(session, options_.patience_s);
  return ranks.through([&] { return train(session, ranks, began); });
}

}  // namespace

std::unique_ptr<frame::Verb> make_run() {
  return std::make_unique<Run>();
}

}  // namespace daybreak::train_shard
