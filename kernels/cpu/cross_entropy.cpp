#include <cmath>
#include <cstring>

#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

namespace {

/// A row of logits as they are kept, with room for the row in float32. Of bf16, no more than the exponentials are ever
/// float32.
class Row {
 public:
  Row(const Loops& loops, const daybreak_cross_entropy& c, int64_t row, float* room)
      : loops_(loops),
        c_(c),
        offset_(row * c.vocabulary),
        narrow_(c.logits_type == DAYBREAK_BF16),
        wide_(Output(loops, c.logits, c.logits_type).tile(offset_, room)) {
    if (c.logits_type != DAYBREAK_F32 && !narrow_)
      convert_in(loops, c.logits, c.logits_type, offset_, c.vocabulary, room);
  }

  float logit(int64_t i) const {
    float value = wide_[i];
    if (narrow_) loops_.from_bf16(codes() + i, &value, 1);
    return value;
  }
  float largest() const {
    return narrow_ ? loops_.largest_bf16(codes(), c_.vocabulary) : loops_.largest(wide_, c_.vocabulary);
  }

  /// The sum of e^(logit - shift); with `keep` they take the place of the logits in float32. Parts are summed in
  /// double.
  double exponentials(float shift, bool keep) {
    double sum = 0;
    for (int64_t i = 0; i < c_.vocabulary; i += kTile) {
      const int64_t count = std::min(kTile, c_.vocabulary - i);
      float* const to = keep ? wide_ + i : nullptr;
      sum += narrow_ ? loops_.exponentials_bf16(codes() + i, to, shift, count)
                     : loops_.exponentials(wide_ + i, to, shift, count);
    }
    return sum;
  }

  /// factor * what exponentials() kept, less its sum at the target, into the buffer.
  void finish(float factor, uint32_t target, float sum) {
    wide_[target] -= sum;
    if (narrow_) return loops_.scale_to_bf16(wide_, factor, codes(), c_.vocabulary);
    loops_.scale(wide_, factor, c_.vocabulary);
    Output(loops_, c_.logits, c_.logits_type).finish(wide_, offset_, c_.vocabulary);
  }

  void clear() {
    const auto bytes = static_cast<size_t>(element_bytes(c_.logits_type));
    std::memset(static_cast<std::byte*>(c_.logits) + static_cast<size_t>(offset_) * bytes, 0,
                static_cast<size_t>(c_.vocabulary) * bytes);
  }

 private:
  uint16_t* codes() const { return static_cast<uint16_t*>(c_.logits) + offset_; }

  const Loops& loops_;
  const daybreak_cross_entropy& c_;
  int64_t offset_;
  bool narrow_;
  float* wide_;
};

void one_row(const Loops& loops, const daybreak_cross_entropy& c, int64_t r, float* room) {
  const uint32_t target = c.target[r];
  const bool gradient = c.gradient_scale != 0;
  Row row(loops, c, r, room);
  if (target == c.ignored) {
    c.loss[r] = 0;
    if (gradient) row.clear();
    return;
  }
  const float chosen = row.logit(target), largest = row.largest();
  const double sum = row.exponentials(largest, gradient);
  c.loss[r] = static_cast<float>(std::log(sum)) + (largest - chosen);
  if (gradient) row.finish(static_cast<float>(c.gradient_scale / sum), target, static_cast<float>(sum));
}

}  // namespace

void Operations::cross_entropy(daybreak_device& device, const daybreak_cross_entropy& c) {
  for (int64_t r = 0; r < c.rows; ++r)
    if (c.target[r] != c.ignored && c.target[r] >= c.vocabulary)
      throw Refusal{DAYBREAK_INVALID, "a target lies outside the vocabulary"};
  element_bytes(c.logits_type);
  const RowCut cut(c.rows, c.vocabulary);
  device.threads.for_each(cut.tasks, [&](int64_t task, unsigned worker) {
    float* const scratch = device.of_worker[worker].at_least(c.vocabulary);
    for (int64_t r = task * cut.rows_each; r < std::min(c.rows, (task + 1) * cut.rows_each); ++r)
      one_row(device.loops, c, r, scratch);
  });
}

}  // namespace daybreak::kernels::cpu
