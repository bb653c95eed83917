#include "libcore/scaling/policies/static.h"

#include "libcore/base/error.h"

namespace daybreak::scaling {
namespace {

class Static : public Policy {
 public:
  explicit Static(std::int64_t nodes) : nodes_(nodes) {}
  std::string_view name() const override { return "static"; }
  Needs needs() const override { return {}; }
  std::optional<std::int64_t> initial_nodes() const override { return nodes_; }
  Recommendation decide(const Observation&) override { return {nodes_, Reason::desired_within_range, {}}; }

 private:
  std::int64_t nodes_;
};

}  // namespace

void StaticOptions::declare(OptionSink& sink) {
  sink.count("static-nodes", &nodes, "N", "Nodes at all times (default: what the peak needs)", OptionSink::Range{0, 1e9});
}

std::unique_ptr<Policy> make_static(const StaticOptions& options, const Setting& setting) {
  const auto nodes = options.nodes ? options.nodes : setting.peak_nodes;
  if (!nodes) throw usage_error("--policy static: expected --static-nodes", "nobody knows the peak of a load that is still coming");
  return std::make_unique<Static>(*nodes);
}

}  // namespace daybreak::scaling
