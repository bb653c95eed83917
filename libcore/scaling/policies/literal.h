#pragma once
// The well-known rule "start a node when the queue is too long", to the letter, and repaired.
#include <memory>
#include <string>

#include "libcore/base/options.h"
#include "libcore/scaling/policies/policy.h"

namespace daybreak::scaling {

struct LiteralOptions {
  double threshold_s = 60;         // work that waits for each node, as the time that one node needs for it
  std::string age_rule = "order";  // or "guard": only nodes older than 24 hours may go
  void declare(OptionSink& sink);
};

/// Start one node if queue > threshold * nodes; else release one if queue < 0.7 * threshold, which is not multiplied by the
/// nodes: the two thresholds drift apart as the cluster grows, and no load has a steady point.
std::unique_ptr<Policy> make_literal(const LiteralOptions& options, const Setting& setting);

}  // namespace daybreak::scaling
