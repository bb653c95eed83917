#pragma once
// Nodes that serve a language model: prefill, then decoding in continuous batches.
#include <deque>
#include <vector>

#include "libcore/scaling/simulation/job_queue.h"
#include "libcore/scaling/simulation/server_tree.h"
#include "libcore/scaling/simulation/servers.h"

namespace daybreak::scaling {

struct BatchOptions {
  double prefill_rate = 10'000;         // tokens a second
  double time_per_output_token_s = 0.02;  // of a batch of one
  double batch_slowdown = 0;            // by how much each further sequence lengthens a step, as a share of the first
  std::int64_t batch_limit = 1;         // sequences a node

  /// Time of one decoding step of `batch` sequences, each of which gains one token.
  double step_s(double batch) const { return time_per_output_token_s * (1 + batch_slowdown * (batch - 1)); }
  /// Jobs of these tokens a second that one full node serves: each stops the batch for its prefill, and takes its share of
  /// the steps.
  double service_rate(double input_tokens, double output_tokens) const {
    const auto limit = static_cast<double>(batch_limit);
    return 1 / (input_tokens / prefill_rate + output_tokens * step_s(limit) / limit);
  }
};

/// The model: a job that begins joins the batch of the node with the fewest sequences. Its prefill takes input tokens /
/// prefill rate, one prefill after the other, and the node decodes nothing meanwhile; then all b sequences gain a token
/// every time_per_output_token (1 + slowdown (b - 1)). A sequence leaves with its last token, and the queue's first takes its
/// place at once. slowdown 0 is decoding bound by reading weights, 1 decoding bound by arithmetic (with a limit that never
/// binds and no prefill: processor sharing). Simplified away: chunked prefill, memory for keys and values (the limit
/// stands for it), preemption, shared prefixes; tokens flow evenly instead of step by step. Cost of a job: O(log nodes + log batch).
class BatchServers : public Servers {
 public:
  BatchServers(const BatchOptions& options, Waited waited, Drained drained)
      : options_(options), waited_(std::move(waited)), drained_(std::move(drained)) {}

  void join(double time_s, std::int64_t nodes) override;
  void release_oldest(double time_s, std::size_t label) override;
  void lose(double time_s, std::span<const std::int64_t> places) override;
  void serve(std::span<const Job> jobs, double end_s) override;
  SlotWork end_slot(double end_s) override;
  std::int64_t nodes() const override { return static_cast<std::int64_t>(order_.size()); }
  std::int64_t waiting() const override { return static_cast<std::int64_t>(queue_.size()); }
  std::int64_t places() const override { return options_.batch_limit; }

 private:
  struct Sequence {
    double last_token;  // of the node's clock
    Job job;
  };
  /// The clock counts the tokens that each sequence of the batch gained since the node began.
  struct Node {
    std::vector<Sequence> batch;  // a heap by last_token, the least first
    double clock = 0, now_s = 0;  // the clock at now_s
    double decodes_from_s = 0;    // end of the prefills that were begun
    bool takes_jobs = true;
    double released_s = 0;
    std::size_t label = 0;
  };
  void advance(Node& node, double time_s) const;
  void begin(const Job& job, double time_s);
  /// Ends sequences, and begins waiting jobs in their places, up to `end_s`.
  void run_until(double end_s);
  void finish_one(std::uint32_t number);
  void reschedule(std::uint32_t number);
  void retire(std::uint32_t number);
  void occupy(double time_s, std::int64_t change);
  bool has_place() const { return batch_.first_time() < ServerTree::kNever; }

  BatchOptions options_;
  Waited waited_;
  Drained drained_;
  std::vector<Node> all_;
  ServerTree ends_;   // when each node's next sequence ends
  ServerTree batch_;  // the sequences of each node; never where it takes no more
  std::deque<std::uint32_t> order_;
  std::vector<std::uint32_t> spare_;
  JobQueue queue_;
  SlotWork work_;
  std::int64_t occupied_ = 0;  // places of nodes that take jobs
  double occupied_since_s_ = 0;
};

}  // namespace daybreak::scaling
