#pragma once
// What share of a device's multiplications a model makes use of (model FLOP utilization), and by whose word.
#include <string>

#include "libcore/device/peaks.h"
#include "libcore/io/json.h"
#include "libcore/model/flops.h"
#include "libcore/training/collectives/collectives.h"

namespace daybreak::train_shard {

/// The work that a token is (of a perceptron a sample), and the peak of a device for it: FLOP/s if each product ran at the peak of
/// its own format, one after the other, so that a mixture has the harmonic mean of its formats' peaks.
class Throughput {
 public:
  /// Measures peaks that nobody has measured before, which takes a moment.
  Throughput(model::FlopsByFormat flops_of_token, device::Peaks& peaks);

  /// Becomes that of all ranks' devices together: the sum of their peaks, unknown where one of them is.
  void add_up(training::Collectives& ranks);

  /// Share of the peak, measured where the device can; null where it is unknown.
  io::Json utilization(double tokens_per_s) const { return share_of(peak_flops_, tokens_per_s); }
  /// Share of another peak; null where that is 0, unknown.
  io::Json share_of(double peak_flops, double tokens_per_s) const;
  /// Adds mfu of that speed and, where the device's maker names a peak, datasheet_mfu.
  void add_utilization(io::Json& record, double tokens_per_s) const;
  /// Adds flops_per_token, flops_by_format, peak_flops_per_s, peak_source, peak_format, datasheet_flops_per_s and, where no peak is known,
  /// mfu_reason.
  void describe(io::Json& record) const;

 private:
  model::FlopsByFormat flops_;
  double peak_flops_, datasheet_flops_;  // 0: unknown
  bool measured_;
};

}  // namespace daybreak::train_shard
