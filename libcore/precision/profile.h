#pragma once
// What profiling a model finds out, before any decision: for every tensor its gradients, its range, and what rounding it to
// each format would do. Kept in an HDF5 file, so that deciding again needs no model.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/precision/number_formats.h"

namespace daybreak::precision {

/// One tensor rounded to one format.
struct FormatEffect {
  double scale = 1;               // the power of two that the values are multiplied by before rounding
  double error_squares = 0;       // sum of dW^2, dW the change of each value
  double first_order = 0;         // <g, dW>, g the gradient of the mean loss: signed change of the loss, nats a token
  double first_order_bound = 0;   // sum |g dW| (AutoRound's measure)
  FormatCounts counts;
  bool operator==(const FormatEffect&) const = default;
};

struct ProfiledTensor {
  std::string name, module, role, group;  // group: tensors of the same group get the same format; alone: its own name
  std::int64_t layer = -1;
  std::vector<std::uint64_t> shape;
  std::int64_t count = 0;
  bool gemm = false;               // a matrix product multiplies by it
  double sum_gradient_norm = 0;    // ||d sum(all logits of the calibration text) / dW||
  double loss_gradient_norm = 0;   // ||d mean loss / dW||
  Range range;
  std::vector<FormatEffect> effects;  // one for each format of the profile
  bool operator==(const ProfiledTensor&) const = default;
};

struct Profile {
  // Of what.
  std::string architecture;  // "gpt2", "llama"
  std::string weights_xxh3;
  std::uint64_t parameters = 0;
  std::vector<std::vector<std::string>> tied;
  // How.
  std::string tokens_xxh3, device;
  std::int64_t sequences = 0, context = 0, labels = 0;
  std::uint64_t seed = 0;
  Scaling scaling = Scaling::none;
  std::vector<NumberFormat> formats;
  // What.
  double loss = 0;  // mean, nats a token, of the calibration text
  std::vector<ProfiledTensor> tensors;
  /// <G, dW> for the gradient G of the log-probability of each sequence's drawn labels: [sequences, labels, tensors, formats].
  std::vector<double> directional;
  /// sum of (G dW)^2 over the tensor, likewise.
  std::vector<double> diagonal;
  /// Where measured, else empty: KL in nats a token of the model that computes one module's product, weights and
  /// activations, in one format: [sequences, tensors, formats]. 0 for tensors that no product multiplies by.
  std::vector<double> products;

  std::int64_t tokens() const { return sequences * context; }
  std::size_t product_place(std::int64_t sequence, std::size_t tensor, std::size_t format) const {
    return (static_cast<std::size_t>(sequence) * tensors.size() + tensor) * formats.size() + format;
  }
  std::size_t place(std::int64_t sequence, std::int64_t label, std::size_t tensor, std::size_t format) const {
    return (static_cast<std::size_t>(sequence * labels + label) * tensors.size() + tensor) * formats.size() + format;
  }
  /// The index of a format, or formats.size().
  std::size_t find(NumberFormat format) const;
  bool operator==(const Profile&) const = default;
};

/// How damage is predicted from a profile. All but first_order predict the divergence KL(float32 model || rounded model) in
/// nats a token: directional and diagonal from drawn labels, to second order, for rounded weights.
enum class Measure {
  directional,  // 1/(2T) sum <G, dW>^2
  diagonal,     // 1/(2T) sum G^2 dW^2: Fisher's diagonal
  first_order,  // sum |g dW| of the loss: AutoRound's, no divergence
  products,     // measured with the module's product computed in the format; directional where there is no product, and
                // in addition to it for a token embedding, which is looked up too
};
std::string_view measure_name(Measure measure);

struct Score {
  double nats = 0, standard_error = 0;  // a token
};

/// The damage of one tensor in one format, with the standard error over sequences (jackknife; 0 for one sequence).
Score score(const Profile& profile, Measure measure, std::size_t tensor, std::size_t format);

/// The sum over tensors, picks[t] a format's index for each tensor, with the jackknife error of the sum over sequences.
Score total_score(const Profile& profile, Measure measure, const std::vector<std::size_t>& picks);

}  // namespace daybreak::precision
