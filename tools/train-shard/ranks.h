#pragma once
// This process as one rank of a job, and how the ranks agree: on options, on failures, on who speaks.
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>

#include "libcore/io/json.h"
#include "libcore/training/checkpoint_parts.h"
#include "libcore/training/collectives/collectives.h"
#include "libcore/training/collectives/job.h"
#include "libcore/training/collectives/timed.h"
#include "tools/frame/tool.h"

namespace daybreak::train_shard {

/// Every member that takes other ranks along is to be called by all of them in the same order.
class Ranks {
 public:
  /// Joins the job; a rank other than 0 is mute from here on. What -j does not say, each rank's part of the host's processors
  /// does. The session must outlive this. Errors: those of join_job().
  Ranks(frame::Session& session, double patience_s);

  const training::JobPlace& place() const { return place_; }
  int rank() const { return place_.rank; }
  int size() const { return place_.size; }
  /// Rank 0 writes records and keeps the run's folder.
  bool leads() const { return rank() == 0; }
  training::Collectives& collectives() { return collectives_; }
  /// That this rank has been with the others so far, waiting for them included.
  double exchange_s() const { return collectives_.seconds(); }

  /// All that this rank does in the job. Where that ends in what together() has thrown, all ranks leave the job in order;
  /// other errors, which are this rank's alone, name it.
  frame::Outcome through(const std::function<frame::Outcome()>& work);
  /// Calls work() on every rank. Where it throws on some, every rank throws: the first of them what it was, for the user;
  /// those who got a signal Interrupted; the others ToldElsewhere.
  void together(const std::function<void()>& work);
  /// The same for work that may take longer than patience lasts, on some or all ranks: it runs in a thread of its own, while
  /// this one goes on answering the others. Where a rank is lost meanwhile, as note_failure(), and what is under way is waited
  /// for first.
  void patiently(const std::function<void()>& work);
  /// The text of rank 0.
  std::string from_first(const std::string& text);
  /// What each rank has to say, in their order.
  io::Json gathered(const io::Json& mine);
  /// Throws Error (usage, naming the member) unless the object {"steps": 10, ...} is the same on all ranks.
  void require_same(const io::Json& options);

  /// How long the files of other ranks are waited for.
  training::PartPatience part_patience() const { return {patience_s_, &failed_}; }
  /// This rank has failed, and the job with it: nobody waits long any more.
  void note_failure() { failed_ = true; }

 private:
  /// What the user is to read of a failure of this rank alone.
  Error named(const Error& failure) const;
  void agree(const std::exception_ptr& failure);

  frame::Session& session_;
  training::JobPlace place_;
  double patience_s_;
  training::TimedCollectives collectives_;
  std::atomic<bool> failed_ = false;
};

/// An error that all ranks know of, and which this one tells.
class AgreedError : public Error {
 public:
  explicit AgreedError(const Error& told) : Error(told) {}
};

}  // namespace daybreak::train_shard
