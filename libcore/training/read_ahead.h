#pragma once
// A bounded ring of batches that threads fill while the device computes. What a batch consists of is the caller's
// affair.
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "libcore/training/options.h"

namespace daybreak::training {

/// How long reading has taken: waiting for the storage, and the rest (decoding, copying).
struct ReadTime {
  double fetch_s = 0, decode_s = 0;
};

/// Fills the batches of steps first .. last, which may have no row, row by row and in order, on as many threads as it takes: another one
/// begins whenever next() has to wait while rows are left that nobody reads. next() is for one thread.
class ReadAhead {
 public:
  /// Reads row `row` of the batch of `step` into place `slot`; called by several threads at once, for other rows.
  using ReadRow = std::function<ReadTime(std::size_t slot, std::int64_t step, std::int64_t row)>;

  ReadAhead(ReadRow read, const ReadOptions& options, std::int64_t rows, std::int64_t first_step,
            std::int64_t last_step);
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// So many places are needed: those of the batches ahead and of the one that was taken last.
  static std::size_t slots(const ReadOptions& options) { return static_cast<std::size_t>(options.prefetch) + 1; }

  /// The place of the next step's batch, which stays until the next call. Throws what reading one of its rows threw.
  std::size_t next();
  /// How long next() has waited, in all.
  double stalled_s() const { return stalled_s_; }
  /// What reading the batch that was taken last took, over all threads.
  ReadTime batch_time() const { return taken_; }

 private:
  struct Slot {
    std::int64_t rows_done = 0;
    ReadTime time;
    std::int64_t failed_row = 0;
    std::exception_ptr failure;  // of the first row that failed
  };
  void work();
  void read_one(std::unique_lock<std::mutex>& lock);
  bool rows_left() const { return rows_ > 0 && claim_step_ <= last_ && claim_step_ < next_ + prefetch_; }
  bool whole(std::int64_t step) const { return rows_ == 0 || (claim_step_ > step && slot_of(step).rows_done == rows_); }
  void enlarge_crew();
  std::size_t index_of(std::int64_t step) const { return static_cast<std::size_t>(step) % slots_.size(); }
  const Slot& slot_of(std::int64_t step) const { return slots_[index_of(step)]; }

  ReadRow read_;
  std::int64_t prefetch_, most_readers_, rows_, last_;
  std::mutex mutex_;
  std::condition_variable room_, ready_;
  std::vector<Slot> slots_;
  std::int64_t next_;                        // the step that next() gives
  std::int64_t claim_step_, claim_row_ = 0;  // the row that is read next
  bool stop_ = false;
  double stalled_s_ = 0;
  ReadTime taken_;
  std::vector<std::thread> crew_;
};

}  // namespace daybreak::training
