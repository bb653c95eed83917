// Measures a model on a dataset.
#include "libcore/precision/profile.h"

#include "libcore/base/error.h"
#include "libcore/model/memory.h"
#include "libcore/model/parameters.h"
#include "libcore/precision/profile_file.h"
#include "libcore/precision/profiler.h"
#include "tools/frame/text.h"
#include "tools/profile-precision/inputs.h"
#include "tools/profile-precision/verbs.h"

namespace daybreak::profile_precision {
namespace {

class Profile : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("MODEL", &model_, "Folder of a model (Hugging Face layout) or of a training run", Completes::directory);
    sink.file("data", &data_, "Calibrate on the token stream of this dataset", "FILE.h5");
    sink.file("output,o", &output_, "The HDF5 file to write");
    sink.text("device", &device_, "NAME", "Where to compute: auto, cpu, reference or the path of a chip");
    options_.declare(sink);
  }

  void check() override {
    if (data_.empty()) throw usage_error("--data is missing", "name a dataset that compress-dataset has written");
    if (!output_) throw usage_error("-o is missing", "name the HDF5 file to write, such as -o profile.h5");
    if (*output_ == "-") throw usage_error("HDF5 cannot be written to a pipe", "name a regular file by -o");
    precision::parse_formats(options_.formats);
  }

  frame::Outcome run(frame::Session& session) override {
    session.output_file(*output_);
    const Model model = load_model(model_, session);
    const dataset::Reader data(session.input(data_));
    for (const std::string& part : data.part_paths()) session.input(part);
    const precision::Calibration text = precision::draw_calibration(data, options_.tokens, options_.context_for(model.config),
                                                                    model.config.vocabulary, session.seed());
    device::Device device = open_device(device_, session);
    if (session.dry_run()) return plan(model, text, device, session);
    const precision::ProfilingRun surroundings{session.seed(), static_cast<unsigned>(session.threads()), session.stop(), session.progress()};
    const precision::Profile profile = precision::profile_model(model.config, model.weights, text, device, options_, surroundings);
    if (text.tokens() < options_.tokens)
      session.log().warning("the data has " + std::to_string(text.tokens()) + " tokens in whole sequences, fewer than --tokens asks for");
    precision::write_profile(*output_, profile);
    session.emit(document(profile), text_of(profile));
    return frame::Outcome::done;
  }

 private:
  /// What would be measured.
  frame::Outcome plan(const Model& model, const precision::Calibration& text, const device::Device& device,
                      frame::Session& session) const {
    const auto parameters = model::parameter_count(model::parameter_table(model.config));
    io::Json record;
    record["schema"] = records::kProfileSchema;
    record["dry_run"] = true;
    record["architecture"] = model::family_name(model.config.family);
    record["num_parameters"] = parameters;
    record["num_sequences"] = text.sequences;
    record["num_tokens"] = text.tokens();
    record["labels_per_token"] = options_.labels;
    record["device"] = device.name();
    record["device_bytes"] = model::plan_memory(model.config, device, {}, 1, text.context).total();
    session.emit(record, frame::table({{"parameters", std::to_string(parameters)},
                                       {"sequences", std::to_string(text.sequences)},
                                       {"tokens", std::to_string(text.tokens())},
                                       {"device", device.name()},
                                       {"memory of the device", frame::bytes(record["device_bytes"].as_double())}}));
    return frame::Outcome::done;
  }

  static io::Json document(const precision::Profile& profile) {
    io::Json record;
    record["schema"] = records::kProfileSchema;
    record["architecture"] = profile.architecture;
    record["weights_xxh3"] = profile.weights_xxh3;
    record["num_parameters"] = profile.parameters;
    record["tensors"] = profile.tensors.size();
    record["num_sequences"] = profile.sequences;
    record["num_tokens"] = profile.tokens();
    record["labels_per_token"] = profile.labels;
    record["device"] = profile.device;
    record["loss"] = profile.loss;
    io::Json& uniform = record["uniform"];  // what one format for everything would cost
    for (std::size_t f = 0; f < profile.formats.size(); ++f) {
      const precision::Score all = everything_in(profile, f);
      io::Json& one = uniform[records::number_format_name(profile.formats[f])];
      one["predicted_kl"] = all.nats;
      one["predicted_kl_se"] = all.standard_error;
    }
    return record;
  }

  static precision::Score everything_in(const precision::Profile& profile, std::size_t format) {
    return total_score(profile, precision::Measure::directional, std::vector<std::size_t>(profile.tensors.size(), format));
  }

  static std::string text_of(const precision::Profile& profile) {
    std::vector<std::vector<std::string>> rows{{"tensors", std::to_string(profile.tensors.size())},
                                               {"tokens", std::to_string(profile.tokens())},
                                               {"loss, nats a token", frame::number(profile.loss)}};
    for (std::size_t f = 0; f < profile.formats.size(); ++f)
      rows.push_back({"all in " + std::string(records::number_format_name(profile.formats[f])) + ", nats a token",
                      frame::number(everything_in(profile, f).nats)});
    return frame::table(rows);
  }

  std::string model_, data_, device_ = "auto";
  std::optional<std::string> output_;
  precision::ProfileOptions options_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_profile() {
  return std::make_unique<Profile>();
}

}  // namespace daybreak::profile_precision
