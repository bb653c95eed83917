#pragma once
// What rotary positions turn by, computed once: float32 would lose the digits of large angles.
#include <cstdint>
#include <map>
#include <tuple>

#include "kernels/cuda/cuda_device.h"

namespace daybreak::kernels::cuda {

class Rotations {
 public:
  /// In memory of the device: cosine and sine of position * base^(-2i / head_width), [positions, head_width / 2], for at
  /// least `positions` positions; stays for as long as the device is open. Throws Refusal where it would have to be computed
  /// while operations are captured.
  const float2* of(daybreak_device& device, daybreak_stream* stream, float base, int64_t positions, int64_t head_width);

 private:
  std::map<std::tuple<float, int64_t, int64_t>, Scratch> tables_;
};

}  // namespace daybreak::kernels::cuda
