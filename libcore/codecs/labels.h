#pragma once
#include <array>
#include <cstdint>

namespace daybreak::codecs {

/// Of every symbol something that its neighbors' contexts ask of it, such as a level.
using Labels = std::array<std::uint8_t, 256>;

}  // namespace daybreak::codecs
