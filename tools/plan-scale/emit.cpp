// Configuration and commands for the engines that act.
#include "libcore/base/error.h"
#include "libcore/scaling/engines/manifests.h"
#include "libcore/scaling/engines/slurm_hook.h"
#include "tools/plan-scale/verbs.h"

namespace daybreak::plan_scale {
namespace {

using namespace scaling;

class Emit : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("KIND", &kind_, "hpa, keda, rules, cronjob or slurm; resume or suspend with a list of nodes", Completes::nothing);
    sink.operand("NODES", &nodes_, "resume, suspend: the list that Slurm gives its programs", Completes::nothing);
    sink.file("resume-file", &resume_file_, "resume: what SLURM_RESUME_FILE names");
    sink.text("command", &command_, "NAME", "resume, suspend: what is to be called with each node and its jobs");
    manifest_.declare(sink);
  }

  void check() override {
    if (is_hook() != nodes_.has_value())
      throw usage_error(is_hook() ? "a list of nodes is missing" : "a list of nodes goes with resume and suspend only",
                        "try plan-scale emit resume 'cloud[1-3]'");
    if (resume_file_ && kind_ != "resume") throw usage_error("--resume-file goes with resume only");
    if (!is_hook()) manifest(kind_, manifest_);
  }

  frame::Outcome run(frame::Session& session) override {
    session.print(is_hook() ? hook_commands(command_, hook_nodes(*nodes_, resume_file(session))) : manifest(kind_, manifest_));
    return frame::Outcome::done;
  }

 private:
  bool is_hook() const { return kind_ == "resume" || kind_ == "suspend"; }

  std::optional<io::Json> resume_file(frame::Session& session) const {
    if (!resume_file_) return std::nullopt;
    return io::Json::parse(session.read_text(*resume_file_, std::int64_t{1} << 28), *resume_file_);
  }

  std::string kind_, command_ = "node-power";
  std::optional<std::string> nodes_, resume_file_;
  ManifestOptions manifest_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_emit() {
  return std::make_unique<Emit>();
}

}  // namespace daybreak::plan_scale
