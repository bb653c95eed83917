#pragma once
// Fresh weights.
#include <cstdint>
#include <span>

namespace daybreak::model {

/// Fills with normal numbers, a function of (seed, tensor, index) alone. `tensor` is the stream, so that another
/// tensor's size changes nothing here.
void fill_normal(std::span<float> out, double deviation, std::uint64_t seed, std::uint64_t tensor);

}  // namespace daybreak::model
