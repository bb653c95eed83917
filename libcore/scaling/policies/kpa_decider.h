#pragma once
// Knative's decision out of its two averages.
#include <optional>
#include <vector>

#include "libcore/io/json.h"
#include "libcore/scaling/control/recommendation.h"
#include "libcore/scaling/policies/kpa.h"

namespace daybreak::scaling {

/// Nodes for each window are ceil(average / target), within the rates ceil(up * ready) and floor(ready / down). When the
/// panic window asks for `panic_threshold` times the ready nodes, panic begins: the greater of both counts, and never less
/// than before, until one stable window after the last time that it asked so.
class KpaDecider {
 public:
  explicit KpaDecider(const KpaOptions& options) : options_(options) {}

  /// Knative's autoscaler of a service with several nodes begins in panic, for it has seen nothing yet.
  void begin(double time_s, std::int64_t ready);
  Recommendation decide(double time_s, std::int64_t ready, double stable, double panic);

  bool panicking() const { return panic_since_s_.has_value(); }

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  struct Delayed {
    std::int64_t tick, nodes;
  };
  void update_panic(double time_s, bool over);
  std::int64_t after_delay(double time_s, std::int64_t nodes);
  std::int64_t activated(double asked, std::int64_t nodes) const;

  KpaOptions options_;
  std::optional<double> panic_since_s_;
  std::int64_t panic_nodes_ = 0;
  std::vector<Delayed> delayed_;  // falling, the greatest first: what a later and greater one hides is gone
};

}  // namespace daybreak::scaling
