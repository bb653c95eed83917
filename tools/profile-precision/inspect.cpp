// Lists what a profile holds.
#include "libcore/precision/profile_file.h"
#include "libcore/precision/profile_json.h"
#include "tools/frame/text.h"
#include "tools/profile-precision/verbs.h"

namespace daybreak::profile_precision {
namespace {

using precision::Measure;

class Inspect : public frame::Verb {
 public:
  void declare(OptionSink& sink) override { sink.operand("PROFILE", &profile_, "What profile-precision profile has written"); }

  frame::Outcome run(frame::Session& session) override {
    const precision::Profile profile = precision::read_profile(session.input(profile_));
    session.emit(document(profile), text(profile));
    return frame::Outcome::done;
  }

 private:
  /// The profile's own description, with the scores that its samples give.
  static io::Json document(const precision::Profile& profile) {
    io::Json record = precision::profile_json(profile);
    io::Json tensors = io::Json::array();
    for (std::size_t t = 0; t < profile.tensors.size(); ++t) {
      io::Json tensor = record.at("tensors").at(t);
      for (std::size_t f = 0; f < profile.formats.size(); ++f) {
        io::Json& format = tensor["formats"][records::number_format_name(profile.formats[f])];
        for (const Measure measure : {Measure::directional, Measure::diagonal}) {
          const precision::Score found = score(profile, measure, t, f);
          io::Json& place = format[measure_name(measure)];
          place["kl"] = found.nats;
          place["kl_se"] = found.standard_error;
        }
      }
      tensors.push_back(std::move(tensor));
    }
    record["tensors"] = std::move(tensors);
    return record;
  }

  static std::string text(const precision::Profile& profile) {
    std::vector<std::string> head{"tensor", "parameters", "|d sum/dW|", "|d loss/dW|", "amax"};
    for (const auto format : profile.formats)
      if (format != records::NumberFormat::f32)
        for (const char* what : {" nats", " lost"}) head.push_back(std::string(number_format_name(format)) + what);
    std::vector<std::vector<std::string>> rows{head};
    for (std::size_t t = 0; t < profile.tensors.size(); ++t) rows.push_back(row(profile, t));
    return frame::table(rows) + "nats: predicted divergence a token, the tensor alone rounded; lost: values that overflow or become zero\n";
  }

  static std::vector<std::string> row(const precision::Profile& profile, std::size_t t) {
    const precision::ProfiledTensor& tensor = profile.tensors[t];
    std::vector<std::string> cells{tensor.name, std::to_string(tensor.count), frame::number(tensor.sum_gradient_norm),
                                   frame::number(tensor.loss_gradient_norm), frame::number(tensor.range.largest)};
    for (std::size_t f = 0; f < profile.formats.size(); ++f) {
      if (profile.formats[f] == records::NumberFormat::f32) continue;
      const precision::FormatCounts& counts = tensor.effects[f].counts;
      cells.push_back(frame::number(score(profile, Measure::directional, t, f).nats));
      cells.push_back(frame::percent(static_cast<double>(counts.overflow + counts.flushed) / static_cast<double>(tensor.count)));
    }
    return cells;
  }

  std::string profile_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_inspect() {
  return std::make_unique<Inspect>();
}

}  // namespace daybreak::profile_precision
