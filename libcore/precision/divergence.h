#pragma once
// How far two models' predictions are apart on a text: the truth that profiles predict.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/base/stop.h"
#include "libcore/model/transformer.h"
#include "libcore/precision/calibration.h"

namespace daybreak::precision {

/// Means over all tokens of a text, in nats a token.
struct Divergence {
  double kl = 0;         // KL(base || other) of the predictions, with its standard error over sequences
  double kl_se = 0;
  double base_loss = 0, other_loss = 0;  // cross-entropy of the text
  std::vector<double> kl_of_sequences;
};

/// The predictions of `base`, kept to compare other models with them. Logits are float32; softmax and KL are computed in
/// double, as sum p (log p - log q), so that differences down to about 1e-12 show.
class BasePredictions {
 public:
  /// Runs the model over the text: memory 4 bytes for each token and label.
  BasePredictions(model::Transformer& base, const Calibration& text, const StopToken& stop);
  /// Runs another model, of the same vocabulary and context, over the same text.
  Divergence compare(model::Transformer& other, const StopToken& stop) const;

 private:
  const Calibration& text_;
  std::vector<std::vector<float>> logits_;  // [sequences][context * vocabulary]
};

}  // namespace daybreak::precision
