#pragma once
// libpng and libjpeg, for a child process that may die: a fault ends it. Only image_decode.cpp includes this.
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "libcore/io/image_decode.h"

namespace daybreak::io {

/// Never returns.
using ImageFault = void (*)(const char* text);
/// Told of the shape before any pixel is decoded; false: none is wanted.
using WantsPixels = std::function<bool(const ImageShape&)>;

/// The pixels, or nothing where none were wanted.
std::vector<std::byte> decode_png(std::span<const std::byte> bytes, const WantsPixels& wants, ImageFault fault);
std::vector<std::byte> decode_jpeg(std::span<const std::byte> bytes, const WantsPixels& wants, ImageFault fault);

}  // namespace daybreak::io
