#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

namespace {

/// The rows of one head of one sequence.
template <typename Attention>
struct Head {
  Head(const Attention& arguments, int64_t batch, int64_t head)
      : a(arguments), first_row(batch * a.context), q_column(head * a.head_width),
        kv_column(head / (a.heads / a.kv_heads) * a.head_width), lse_row((batch * a.heads + head) * a.context) {}

  int64_t q_place(int64_t t, int64_t i) const { return (first_row + t) * a.q_stride + q_column + i; }
  int64_t kv_place(int64_t t, int64_t i) const { return (first_row + t) * a.kv_stride + kv_column + i; }
  int64_t out_place(int64_t t, int64_t i) const { return (first_row + t) * a.out_stride + q_column + i; }

  /// The scores of row t over the keys 0..t, turned into probabilities; gives log(sum(exp(scores))) back.
  double probabilities(int64_t t, std::vector<double>& p) const {
    double largest = -std::numeric_limits<double>::infinity(), sum = 0;
    for (int64_t s = 0; s <= t; ++s) {
      p[s] = 0;
      for (int64_t i = 0; i < a.head_width; ++i)
        p[s] += load(a.q, a.type, q_place(t, i)) * load(a.k, a.type, kv_place(s, i));
      p[s] *= a.scale;
      largest = std::max(largest, p[s]);
    }
    for (int64_t s = 0; s <= t; ++s) sum += p[s] = std::exp(p[s] - largest);
    for (int64_t s = 0; s <= t; ++s) p[s] /= sum;
    return largest + std::log(sum);
  }

  const Attention& a;
  int64_t first_row, q_column, kv_column, lse_row;
};

/// The gradients of one sequence in double, [context, stride] each.
struct Sums {
  std::vector<double> q, k, v;
};

void add_head(const Head<daybreak_attention_backward>& head, Sums& sums) {
  const auto& a = head.a;
  const int64_t q_start = head.first_row * a.q_stride, kv_start = head.first_row * a.kv_stride;
  std::vector<double> p(a.context), dp(a.context);
  for (int64_t t = 0; t < a.context; ++t) {
    head.probabilities(t, p);
    double mean = 0;  // of dp under p
    const auto dout = [&](int64_t i) { return load(a.out_gradient, a.gradient_type, head.out_place(t, i)); };
    for (int64_t s = 0; s <= t; ++s) {
      dp[s] = 0;
      for (int64_t i = 0; i < a.head_width; ++i) {
        dp[s] += dout(i) * load(a.v, a.type, head.kv_place(s, i));
        sums.v[head.kv_place(s, i) - kv_start] += p[s] * dout(i);
      }
      mean += p[s] * dp[s];
    }
    for (int64_t s = 0; s <= t; ++s) {
      const double dscore = p[s] * (dp[s] - mean) * a.scale;
      for (int64_t i = 0; i < a.head_width; ++i) {
        sums.q[head.q_place(t, i) - q_start] += dscore * load(a.k, a.type, head.kv_place(s, i));
        sums.k[head.kv_place(s, i) - kv_start] += dscore * load(a.q, a.type, head.q_place(t, i));
      }
    }
  }
}

}  // namespace

void Operations::attention_forward(daybreak_device&, const daybreak_attention& a) {
  require_row_major({a.layout, a.out_layout});
  std::vector<double> p(a.context);
  for (int64_t b = 0; b < a.batch; ++b)
    for (int64_t h = 0; h < a.heads; ++h) {
      const Head<daybreak_attention> head(a, b, h);
      for (int64_t t = 0; t < a.context; ++t) {
        a.log_sum_exp[head.lse_row + t] = static_cast<float>(head.probabilities(t, p));
        for (int64_t i = 0; i < a.head_width; ++i) {
          double sum = 0;
          for (int64_t s = 0; s <= t; ++s) sum += p[s] * load(a.v, a.type, head.kv_place(s, i));
          store(a.out, a.out_type, head.out_place(t, i), sum);
        }
      }
    }
}

/// From q, k and v alone: `out` and log_sum_exp are what faster chips need so that they compute less.
void Operations::attention_backward(daybreak_device&, const daybreak_attention_backward& a) {
  require_row_major({a.layout, a.out_layout});
  for (int64_t b = 0; b < a.batch; ++b) {
    Sums sums{std::vector<double>(a.context * a.q_stride), std::vector<double>(a.context * a.kv_stride),
              std::vector<double>(a.context * a.kv_stride)};
    for (int64_t h = 0; h < a.heads; ++h) add_head(Head<daybreak_attention_backward>(a, b, h), sums);
    // Only the columns of q, k and v: what lies between the rows may be another operand.
    for (int64_t t = 0; t < a.context; ++t) {
      const int64_t row = b * a.context + t;
      for (int64_t i = 0; i < a.heads * a.head_width; ++i)
        store(a.q_gradient, a.gradient_type, row * a.q_stride + i, sums.q[t * a.q_stride + i]);
      for (int64_t i = 0; i < a.kv_heads * a.head_width; ++i) {
        store(a.k_gradient, a.gradient_type, row * a.kv_stride + i, sums.k[t * a.kv_stride + i]);
        store(a.v_gradient, a.gradient_type, row * a.kv_stride + i, sums.v[t * a.kv_stride + i]);
      }
    }
  }
}

}  // namespace daybreak::kernels::reference
