#pragma once
// PNG and JPEG as pixels. The decoders run in a confined child process: what an image does to them stays there.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/io/input_file.h"

namespace daybreak::io {

/// Rows from the top, the channels of a pixel together: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
struct ImageShape {
  std::uint32_t height = 0, width = 0, channels = 0;
  std::uint64_t bytes() const { return std::uint64_t{height} * width * channels; }
  bool operator==(const ImageShape&) const = default;
};

/// "28 x 28 x 3".
std::string shape_text(const ImageShape& shape);

/// No image of more bytes is decoded, nor one that is encoded in more.
inline constexpr std::uint64_t kMostImageBytes = std::uint64_t{1} << 28;

/// An encoded image within an input.
struct EncodedImage {
  std::string name;  // for messages
  std::uint64_t begin = 0, bytes = 0;
};

/// The shape that an image would be decoded to, from its header. Errors: Error (data, naming the image) for what is
/// neither PNG nor JPEG or broken, for 16 bits a channel and CMYK, which U8 cannot keep, and for one that is too large.
ImageShape image_shape(const InputFile& input, const EncodedImage& image);

/// The pixels of all images, which must have the shape `wanted`, one after the other. PNG palettes become RGB, gray of
/// 1 to 4 bits becomes 8, transparency becomes alpha; JPEG comes as libjpeg decodes by default. Errors: as
/// image_shape(), and where a shape differs. Memory: that of the pixels. Thread-safe.
std::vector<std::byte> decode_images(const InputFile& input, std::span<const EncodedImage> images,
                                     const ImageShape& wanted);

}  // namespace daybreak::io
