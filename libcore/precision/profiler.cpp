#include "libcore/precision/profiler.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/model/transformer.h"
#include "libcore/precision/apply.h"
#include "libcore/precision/divergence.h"
#include "libcore/precision/fingerprint.h"
#include "libcore/precision/groups.h"
#include "libcore/precision/label_sampler.h"
#include "libcore/precision/rounding_errors.h"

namespace daybreak::precision {
namespace {

constexpr std::int64_t kDefaultContext = 256;

std::vector<ProfiledTensor> describe(const model::Config& config, const std::vector<model::Parameter>& table) {
  std::vector<ProfiledTensor> tensors;
  for (const model::Parameter& parameter : table) {
    ProfiledTensor& tensor = tensors.emplace_back();
    tensor.name = parameter.name;
    tensor.module = parameter.module();
    tensor.role = role_name(parameter.role);
    tensor.group = group_of(parameter.name);
    tensor.layer = parameter.layer;
    tensor.shape = parameter.shape;
    tensor.count = parameter.count;
    tensor.gemm = parameter.is_gemm(config);
  }
  return tensors;
}

/// The passes over the calibration text and their results in a profile.
class Passes {
 public:
  Passes(model::Transformer& model, const Calibration& text, const RoundingErrors& errors, const ProfilingRun& run, Profile& profile)
      : model_(model), text_(text), errors_(errors), run_(run), profile_(profile) {}

  /// The gradient of the sum of all logits, whatever they are good for.
  void sum_of_logits() {
    const std::vector<float> ones(static_cast<std::size_t>(text_.context * model_.config().vocabulary), 1.0f);
    over_sequences([&](std::int64_t) { model_.backward_from(ones); });
    const auto squares = errors_.squares(model_.gradients());
    for (std::size_t t = 0; t < squares.size(); ++t) profile_.tensors[t].sum_gradient_norm = std::sqrt(squares[t]);
  }

  /// The gradient of the mean loss, and the changes of the loss that it predicts.
  void loss() {
    const auto scale = static_cast<float>(1.0 / static_cast<double>(text_.tokens()));
    double sum = 0;
    over_sequences([&](std::int64_t s) { sum += model_.loss_and_backward(text_.target(s), scale).sum; });
    profile_.loss = sum / static_cast<double>(text_.tokens());
    const std::vector<float> gradient = model_.gradients();
    const auto squares = errors_.squares(gradient);
    const auto products = errors_.products(gradient);
    for (std::size_t t = 0; t < squares.size(); ++t) {
      profile_.tensors[t].loss_gradient_norm = std::sqrt(squares[t]);
      for (std::size_t f = 0; f < profile_.formats.size(); ++f) {
        profile_.tensors[t].effects[f].first_order = products[t * profile_.formats.size() + f].inner;
        profile_.tensors[t].effects[f].first_order_bound = products[t * profile_.formats.size() + f].absolute;
      }
    }
  }

  /// For each sequence and drawing of labels the gradient of their log-probability (its sign does not matter).
  void drawn_labels() {
    over_sequences([&](std::int64_t s) {
      const auto labels = draw_labels(model_.logits(), model_.config().vocabulary, profile_.labels, run_.seed, static_cast<std::uint64_t>(s));
      for (const auto& targets : labels) {
        model_.zero_gradients();
        model_.loss_and_backward(targets, 1);
        for (const GradientProducts& product : errors_.products(model_.gradients())) {
          profile_.directional.push_back(product.inner);
          profile_.diagonal.push_back(product.squares);
        }
        run_.stop.check();
      }
    });
  }

 private:
  template <typename Work>
  void over_sequences(Work work) {
    model_.zero_gradients();
    for (std::int64_t s = 0; s < text_.sequences; ++s) {
      run_.stop.check();
      model_.forward_logits(text_.input(s));
      work(s);
      run_.progress.advance(1);
    }
  }

  model::Transformer& model_;
  const Calibration& text_;
  const RoundingErrors& errors_;
  const ProfilingRun& run_;
  Profile& profile_;
};

/// Computes one product after the other in each format, the rest in float32, and compares the predictions. `model` holds
/// the weights.
void measure_products(model::Transformer& model, std::span<const float> weights, device::Device& device, const Calibration& text,
                      const ProfilingRun& run, Profile& profile) {
  const BasePredictions base(model, text, run.stop);
  profile.products.assign(static_cast<std::size_t>(profile.sequences) * profile.tensors.size() * profile.formats.size(), 0);
  for (std::size_t t = 0; t < profile.tensors.size(); ++t) {
    for (std::size_t f = 0; f < profile.formats.size(); ++f) {
      if (!profile.tensors[t].gemm || profile.formats[f] == NumberFormat::f32) continue;
      const daybreak_dtype type = product_type(profile.formats[f]);
      const model::Precision precision({}, DAYBREAK_F32, {{profile.tensors[t].module, {type, type, type}}});
      model::Transformer rounded(model.config(), device, precision, 1, text.context);
      rounded.set_weights(weights);
      const Divergence found = base.compare(rounded, run.stop);
      for (std::int64_t s = 0; s < profile.sequences; ++s)
        profile.products[profile.product_place(s, t, f)] = found.kl_of_sequences[static_cast<std::size_t>(s)];
    }
    run.progress.advance(1);
  }
}

}  // namespace

void ProfileOptions::declare(OptionSink& sink) {
  sink.count("tokens", &tokens, "N", "Tokens of calibration text, in whole sequences", OptionSink::Range{1, 1e12});
  sink.count("labels", &labels, "N", "Labels drawn for each token", OptionSink::Range{1, 65536});
  sink.count("context", &context, "T", "Tokens a sequence; 0: the model's context, at most 256", OptionSink::Range{0, 1 << 30});
  sink.text("formats", &formats, "LIST", "Number formats to judge: f32, f16, bf16, f8e4m3");
  sink.flag("products", &products, "Measure each product in each format too, one at a time");
  sink.choice("scaling", &scaling, {"none", "tensor"}, "tensor: a power of two for each tensor and format");
}

std::int64_t ProfileOptions::context_for(const model::Config& config) const {
  if (context == 0) return std::min(config.context, kDefaultContext);
  if (context > config.context)
    throw usage_error("--context " + std::to_string(context) + " is more than the " + std::to_string(config.context) + " positions of the model");
  return context;
}

Profile profile_model(const model::Config& config, std::span<const float> weights, const Calibration& calibration,
                      device::Device& device, const ProfileOptions& options, const ProfilingRun& run) {
  Profile profile;
  profile.architecture = model::family_name(config.family);
  profile.weights_xxh3 = weights_hash(config, weights);
  const std::vector<model::Parameter> table = model::parameter_table(config);
  profile.parameters = static_cast<std::uint64_t>(model::parameter_count(table));
  if (config.tied) profile.tied = {{"lm_head.weight", table.front().name}};
  profile.tokens_xxh3 = calibration.tokens_xxh3;
  profile.device = device.name();
  profile.sequences = calibration.sequences;
  profile.context = calibration.context;
  profile.labels = options.labels;
  profile.seed = run.seed;
  profile.scaling = options.scaling == "tensor" ? Scaling::tensor : Scaling::none;
  profile.formats = parse_formats(options.formats);
  profile.tensors = describe(config, table);

  const RoundingErrors errors(table, weights, profile.formats, profile.scaling, run.threads, profile.tensors);
  model::Transformer transformer(config, device, model::Precision(), 1, calibration.context);
  transformer.set_weights(weights);
  const std::uint64_t product_steps = options.products ? table.size() : 0;
  run.progress.begin("profile", static_cast<std::uint64_t>(3 * calibration.sequences) + product_steps, "passes");
  Passes passes(transformer, calibration, errors, run, profile);
  passes.sum_of_logits();
  passes.loss();
  passes.drawn_labels();
  if (options.products) measure_products(transformer, weights, device, calibration, run, profile);
  return profile;
}

}  // namespace daybreak::precision
