#include "libcore/precision/divergence.h"

#include <algorithm>
#include <cmath>

namespace daybreak::precision {
namespace {

/// log(sum of exp) of a row.
double log_sum(std::span<const float> row) {
  const double largest = *std::max_element(row.begin(), row.end());
  double total = 0;
  for (const float logit : row) total += std::exp(logit - largest);
  return largest + std::log(total);
}

struct RowResult {
  double kl = 0, base_loss = 0, other_loss = 0;
};

RowResult compare_rows(std::span<const float> base, std::span<const float> other, std::uint32_t target) {
  const double base_total = log_sum(base), other_total = log_sum(other);
  // With d the difference of the two log-probabilities, sum p = sum q makes KL = sum p (d - 1 + exp(-d)): every term is at
  // least 0 and of second order, so that nothing cancels where the models are nearly equal.
  RowResult result{0, base_total - base[target], other_total - other[target]};
  for (std::size_t v = 0; v < base.size(); ++v) {
    const double log_p = base[v] - base_total, difference = log_p - (other[v] - other_total);
    const double term = std::abs(difference) < 1e-4 ? difference * difference * (0.5 - difference / 6) : difference + std::expm1(-difference);
    result.kl += std::exp(log_p) * term;
  }
  return result;
}

}  // namespace

BasePredictions::BasePredictions(model::Transformer& base, const Calibration& text, const StopToken& stop) : text_(text) {
  for (std::int64_t s = 0; s < text.sequences; ++s) {
    stop.check();
    base.forward_logits(text.input(s));
    logits_.push_back(base.logits());
  }
}

Divergence BasePredictions::compare(model::Transformer& other, const StopToken& stop) const {
  const auto rows = static_cast<std::size_t>(text_.context);
  const double tokens = static_cast<double>(text_.tokens()), sequences = static_cast<double>(text_.sequences);
  Divergence sum;
  std::vector<double>& by_sequence = sum.kl_of_sequences;
  for (std::int64_t s = 0; s < text_.sequences; ++s) {
    stop.check();
    other.forward_logits(text_.input(s));
    const std::vector<float> logits = other.logits();
    const std::vector<float>& base = logits_[static_cast<std::size_t>(s)];
    const std::size_t width = logits.size() / rows;
    by_sequence.push_back(0);
    for (std::size_t row = 0; row < rows; ++row) {
      const RowResult one = compare_rows(std::span(base).subspan(row * width, width), std::span(logits).subspan(row * width, width), text_.target(s)[row]);
      by_sequence.back() += one.kl / static_cast<double>(rows);
      sum.base_loss += one.base_loss / tokens;
      sum.other_loss += one.other_loss / tokens;
    }
    sum.kl += by_sequence.back() / sequences;
  }
  double squares = 0;
  for (const double value : by_sequence) squares += (value - sum.kl) * (value - sum.kl);
  sum.kl_se = text_.sequences < 2 ? 0 : std::sqrt(squares / (sequences * (sequences - 1)));
  return sum;
}

}  // namespace daybreak::precision
