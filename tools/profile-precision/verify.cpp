// Measures a map: the model with rounded weights, and the model that computes in the map's formats.
#include "libcore/base/error.h"
#include "libcore/precision/apply.h"
#include "libcore/precision/divergence.h"
#include "libcore/precision/profiler.h"
#include "tools/frame/text.h"
#include "tools/profile-precision/inputs.h"
#include "tools/profile-precision/verbs.h"

namespace daybreak::profile_precision {
namespace {

class Verify : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("MODEL", &model_, "Folder of the model that the map was made for", Completes::directory);
    sink.operand("MAP", &map_, "The precision map");
    sink.file("data", &data_, "Compare on the token stream of this dataset, best one never seen before", "FILE.h5");
    sink.count("tokens", &options_.tokens, "N", "Tokens of text, in whole sequences", OptionSink::Range{1, 1e12});
    sink.count("context", &options_.context, "T", "Tokens a sequence; 0: the model's context, at most 256", OptionSink::Range{0, 1 << 30});
    sink.real("max-kl", &max_kl_, "X", "Answer no where the measured divergence exceeds this", OptionSink::Range{0, 1e300});
    sink.text("device", &device_, "NAME", "Where to compute: auto, cpu, reference or the path of a chip");
  }

  void check() override {
    if (data_.empty()) throw usage_error("--data is missing", "name a dataset that compress-dataset has written");
  }

  frame::Outcome run(frame::Session& session) override {
    const records::PrecisionMap map = records::read_precision_map(session.input(map_));
    const Model model = load_model(model_, session);
    precision::check_weights(map, model.config, model.weights, map_);
    const model::Precision formats = precision::gemm_precision(map, model.config, map_);
    const dataset::Reader data(session.input(data_));
    for (const std::string& part : data.part_paths()) session.input(part);
    const precision::Calibration text = precision::draw_calibration(data, options_.tokens, options_.context_for(model.config),
                                                                    model.config.vocabulary, session.seed());
    device::Device device = open_device(device_, session);

    model::Transformer wide(model.config, device, model::Precision(), 1, text.context);
    wide.set_weights(model.weights);
    const precision::BasePredictions base(wide, text, session.stop());
    wide.set_weights(precision::rounded_weights(map, model.config, model.weights, map_));
    const precision::Divergence weights = base.compare(wide, session.stop());
    model::Transformer narrow(model.config, device, formats, 1, text.context);
    narrow.set_weights(model.weights);
    const precision::Divergence computed = base.compare(narrow, session.stop());

    session.emit(document(map, text, weights, computed), text_of(map, weights, computed));
    return max_kl_ && weights.kl > *max_kl_ ? frame::Outcome::negative : frame::Outcome::done;
  }

 private:
  static io::Json measured(const precision::Divergence& found) {
    io::Json record;
    record["kl"] = found.kl;
    record["kl_se"] = found.kl_se;
    record["loss"] = found.other_loss;
    record["loss_increase"] = found.other_loss - found.base_loss;
    return record;
  }

  io::Json document(const records::PrecisionMap& map, const precision::Calibration& text, const precision::Divergence& weights,
                    const precision::Divergence& computed) const {
    io::Json record;
    record["schema"] = records::kVerificationSchema;
    record["num_sequences"] = text.sequences;
    record["num_tokens"] = text.tokens();
    record["tokens_xxh3"] = text.tokens_xxh3;
    record["predicted_kl"] = map.summary.predicted_kl;
    record["predicted_kl_se"] = map.summary.predicted_kl_se;
    record["loss"] = weights.base_loss;
    record["weights_rounded"] = measured(weights);
    record["products_rounded"] = measured(computed);
    return record;
  }

  static std::string text_of(const records::PrecisionMap& map, const precision::Divergence& weights, const precision::Divergence& computed) {
    return frame::table({{"", "nats a token", "standard error"},
                         {"predicted divergence", frame::number(map.summary.predicted_kl), frame::number(map.summary.predicted_kl_se)},
                         {"measured, weights rounded", frame::number(weights.kl), frame::number(weights.kl_se)},
                         {"measured, products rounded too", frame::number(computed.kl), frame::number(computed.kl_se)},
                         {"loss of the model", frame::number(weights.base_loss), ""},
                         {"loss with weights rounded", frame::number(weights.other_loss), ""},
                         {"loss with products rounded too", frame::number(computed.other_loss), ""}});
  }

  std::string model_, map_, data_, device_ = "auto";
  precision::ProfileOptions options_;
  std::optional<double> max_kl_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_verify() {
  return std::make_unique<Verify>();
}

}  // namespace daybreak::profile_precision
