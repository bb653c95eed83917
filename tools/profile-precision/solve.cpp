// Decides on formats and writes the map.
#include "libcore/precision/policy.h"
#include "libcore/precision/profile_file.h"
#include "tools/frame/text.h"
#include "tools/profile-precision/verbs.h"

namespace daybreak::profile_precision {
namespace {

using records::PrecisionMap;

class Solve : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("PROFILE", &profile_, "What profile-precision profile has written");
    options_.declare(sink);
  }

  void check() override { options_.check(); }

  frame::Outcome run(frame::Session& session) override {
    const precision::Profile profile = precision::read_profile(session.input(profile_));
    const precision::Decision decision = precision::decide(profile, options_);
    for (const std::string& warning : decision.warnings) session.log().warning(warning);
    if (!decision.feasible)
      session.log().warning("no map keeps the predicted divergence within " + frame::number(*options_.max_kl) +
                            "; the nearest has " + frame::number(decision.map.summary.predicted_kl) + " nats a token");
    session.emit(records::precision_map_json(decision.map), text(decision.map));
    return decision.feasible ? frame::Outcome::done : frame::Outcome::negative;
  }

 private:
  static std::string text(const PrecisionMap& map) {
    std::vector<std::vector<std::string>> rows{{"tensor", "format", "why", "nats a token if F16", "if BF16", "if F8_E4M3"}};
    for (const records::TensorEntry& tensor : map.tensors)
      rows.push_back({tensor.name, std::string(number_format_name(tensor.dtype)), tensor.reason, score(tensor, records::NumberFormat::f16),
                      score(tensor, records::NumberFormat::bf16), score(tensor, records::NumberFormat::f8_e4m3)});
    return frame::table(rows) + "\n" + summary(map);
  }

  static std::string score(const records::TensorEntry& tensor, records::NumberFormat format) {
    const auto found = tensor.sensitivity.find(format);
    return found == tensor.sensitivity.end() ? "-" : frame::number(found->second.nats);
  }

  static std::string summary(const PrecisionMap& map) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& [format, share] : map.summary.share)
      rows.push_back({"parameters in " + std::string(number_format_name(format)), frame::percent(share)});
    rows.push_back({"bits a parameter", frame::number(map.summary.effective_bits)});
    rows.push_back({"weights", frame::bytes(static_cast<double>(map.summary.bytes))});
    rows.push_back({"predicted divergence, nats a token", frame::number(map.summary.predicted_kl)});
    rows.push_back({"its standard error", frame::number(map.summary.predicted_kl_se)});
    rows.push_back({"status", map.solver.status});
    if (map.solver.status == "feasible") rows.push_back({"gap", frame::percent(map.solver.gap)});
    return frame::table(rows);
  }

  std::string profile_;
  precision::PolicyOptions options_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_solve() {
  return std::make_unique<Solve>();
}

}  // namespace daybreak::profile_precision
