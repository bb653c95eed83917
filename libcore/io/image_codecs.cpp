#include "libcore/io/image_codecs.h"

#include <cstdio>  // jpeglib.h uses it without including it

#include <jerror.h>
#include <jpeglib.h>
#include <png.h>

#include <array>
#include <cstring>
#include <utility>

namespace daybreak::io {
namespace {

// --- PNG -------------------------------------------------------------------------------------------------------------

struct PngSource {
  std::span<const std::byte> rest;
  ImageFault fault;
};

void png_fault(png_structp png, png_const_charp text) {
  (*static_cast<ImageFault*>(png_get_error_ptr(png)))(text);
}

void ignore_warning(png_structp, png_const_charp) {}

void png_take(png_structp png, png_bytep out, png_size_t wanted) {
  auto& source = *static_cast<PngSource*>(png_get_io_ptr(png));
  if (wanted > source.rest.size()) source.fault("it ends early");
  std::memcpy(out, source.rest.data(), wanted);
  source.rest = source.rest.subspan(wanted);
}

/// Eight bits a channel, whatever the file has.
void ask_for_bytes(png_structp png, png_infop info, ImageFault fault) {
  if (png_get_bit_depth(png, info) == 16) fault("it has 16 bits a channel, which U8 cannot keep");
  png_set_expand(png);  // palettes, gray of few bits, transparent colors
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
}

// --- JPEG ------------------------------------------------------------------------------------------------------------

struct JpegErrors {
  jpeg_error_mgr manager;  // first: libjpeg hands this back as its own
  ImageFault fault;
};

void jpeg_fault(j_common_ptr common) {
  std::array<char, JMSG_LENGTH_MAX> text{};
  common->err->format_message(common, text.data());
  reinterpret_cast<JpegErrors*>(common->err)->fault(text.data());
  std::abort();  // a fault does not return
}

/// Cut files are warnings to libjpeg, which makes up the rest.
void jpeg_message(j_common_ptr common, int level) {
  if (level == -1 && (common->err->msg_code == JWRN_JPEG_EOF || common->err->msg_code == JWRN_HIT_MARKER))
    jpeg_fault(common);
}

void jpeg_silence(j_common_ptr) {}

}  // namespace

std::vector<std::byte> decode_png(std::span<const std::byte> bytes, const WantsPixels& wants, ImageFault fault) {
  PngSource source{bytes, fault};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &fault, png_fault, ignore_warning);
  png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
  if (info == nullptr) fault("libpng has no memory");
  png_set_read_fn(png, &source, png_take);
  png_read_info(png, info);
  ask_for_bytes(png, info, fault);
  const ImageShape shape{png_get_image_height(png, info), png_get_image_width(png, info), png_get_channels(png, info)};
  std::vector<std::byte> pixels;
  if (wants(shape)) {
    pixels.resize(shape.bytes());
    std::vector<png_bytep> rows;
    const std::size_t row_bytes = png_get_rowbytes(png, info);
    for (std::size_t row = 0; row < shape.height; ++row)
      rows.push_back(reinterpret_cast<png_bytep>(pixels.data()) + row * row_bytes);
    png_read_image(png, rows.data());
    png_read_end(png, nullptr);
  }
  png_destroy_read_struct(&png, &info, nullptr);
  return pixels;
}

std::vector<std::byte> decode_jpeg(std::span<const std::byte> bytes, const WantsPixels& wants, ImageFault fault) {
  JpegErrors errors{{}, fault};
  jpeg_decompress_struct jpeg{};
  jpeg.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = jpeg_fault;
  errors.manager.emit_message = jpeg_message;
  errors.manager.output_message = jpeg_silence;
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<unsigned long>(bytes.size()));
  jpeg_read_header(&jpeg, TRUE);
  if (jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK) fault("it is CMYK, not gray or RGB");
  jpeg_calc_output_dimensions(&jpeg);
  const ImageShape shape{jpeg.output_height, jpeg.output_width, static_cast<std::uint32_t>(jpeg.output_components)};
  std::vector<std::byte> pixels;
  if (wants(shape)) {
    pixels.resize(shape.bytes());
    jpeg_start_decompress(&jpeg);
    const std::size_t row_bytes = std::size_t{shape.width} * shape.channels;
    while (jpeg.output_scanline < jpeg.output_height) {
      JSAMPROW row = reinterpret_cast<JSAMPROW>(pixels.data()) + jpeg.output_scanline * row_bytes;
      jpeg_read_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_decompress(&jpeg);
  }
  jpeg_destroy_decompress(&jpeg);
  return pixels;
}

}  // namespace daybreak::io
