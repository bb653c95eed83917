#include "libcore/io/image_decode.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/io/confined_child.h"
#include "libcore/io/image_codecs.h"

namespace daybreak::io {
namespace {

constexpr std::size_t kLongestFault = 200;
constexpr const char* kHint = "repair or remove it, or keep the files encoded, without --decode-images";

/// What the child says of one image; pixels or the text of a fault follow.
struct Answer {
  ImageShape shape;
  std::uint32_t fault_bytes = 0;
};

// --- in the child ----------------------------------------------------------------------------------------------------

void send_answer(const Answer& answer, std::span<const std::byte> behind) {
  send_from_child(std::as_bytes(std::span(&answer, 1)));
  send_from_child(behind);
}

[[noreturn]] void send_fault(const char* text) {
  const std::string_view fault = std::string_view(text).substr(0, kLongestFault);
  send_answer({{}, static_cast<std::uint32_t>(fault.size())}, std::as_bytes(std::span(fault)));
  _exit(0);
}

std::vector<std::byte> read_encoded(std::uint64_t begin, std::uint64_t count) {
  std::vector<std::byte> bytes(count);
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t got =
        pread(kConfinedInput, bytes.data() + done, bytes.size() - done, static_cast<off_t>(begin + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) _exit(1);
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

void decode(const EncodedImage& image, const WantsPixels& wants) {
  ImageShape shape;
  const auto take = [&](const ImageShape& found) {
    shape = found;
    return wants(found);
  };
  const std::vector<std::byte> bytes = read_encoded(image.begin, image.bytes);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<std::byte> pixels;
  if (text.starts_with("\x89PNG\r\n\x1a\n"))
    pixels = decode_png(bytes, take, send_fault);
  else if (text.starts_with("\xff\xd8\xff"))
    pixels = decode_jpeg(bytes, take, send_fault);
  else
    send_fault("it is neither PNG nor JPEG");
  send_answer({shape, 0}, pixels);
}

// --- in the parent ---------------------------------------------------------------------------------------------------

std::vector<std::byte> run_child(const InputFile& input, std::span<const EncodedImage> images,
                                 std::uint64_t most_pixels, const WantsPixels& wants) {
  for (const EncodedImage& image : images)
    if (image.bytes > kMostImageBytes)
      throw data_error(image.name, "is encoded in " + std::to_string(image.bytes) + " bytes, more than 256 MiB", kHint);
  ConfinedWork work;
  work.worker = "the decoder of images";
  work.name = images[0].name;
  if (images.size() > 1) work.name += " or one of the " + std::to_string(images.size() - 1) + " images behind it";
  work.hint = kHint;
  work.input = input.descriptor();
  work.limits.memory_bytes = 6 * kMostImageBytes;
  work.most_bytes = images.size() * sizeof(Answer) + most_pixels + kLongestFault;
  work.too_many = "decodes to more than it may";
  work.work = [&] {
    for (const EncodedImage& image : images) decode(image, wants);
  };
  return run_confined(work);
}

Answer take_answer(std::span<const std::byte>& bytes, const EncodedImage& image) {
  Answer answer;
  const auto broken = [&] { return data_error(image.name, "the decoder of images died on it", kHint); };
  if (bytes.size() < sizeof answer) throw broken();
  std::memcpy(&answer, bytes.data(), sizeof answer);
  bytes = bytes.subspan(sizeof answer);
  if (answer.fault_bytes == 0) return answer;
  if (answer.fault_bytes > bytes.size()) throw broken();
  std::string text(reinterpret_cast<const char*>(bytes.data()), answer.fault_bytes);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  throw data_error(image.name, "cannot be decoded: " + text, kHint);
}

}  // namespace

std::string shape_text(const ImageShape& shape) {
  return std::to_string(shape.height) + " x " + std::to_string(shape.width) + " x " + std::to_string(shape.channels);
}

ImageShape image_shape(const InputFile& input, const EncodedImage& image) {
  const std::vector<std::byte> answers =
      run_child(input, std::span(&image, 1), 0, [](const ImageShape&) { return false; });
  std::span<const std::byte> rest = answers;
  const ImageShape shape = take_answer(rest, image).shape;
  // Each extent fits 32 bits, so that the product of two and 4 cannot wrap where the first two are checked alone.
  const std::uint64_t pixels = std::uint64_t{shape.height} * shape.width;
  if (pixels == 0 || shape.channels == 0 || shape.channels > 4 || pixels > kMostImageBytes / shape.channels)
    throw data_error(image.name, "claims " + shape_text(shape) + " values, and at most 256 MiB are decoded", kHint);
  return shape;
}

std::vector<std::byte> decode_images(const InputFile& input, std::span<const EncodedImage> images,
                                     const ImageShape& wanted) {
  if (images.empty()) return {};
  const std::vector<std::byte> answers = run_child(input, images, images.size() * wanted.bytes(),
                                                   [&](const ImageShape& found) { return found == wanted; });
  std::span<const std::byte> rest = answers;
  std::vector<std::byte> pixels;
  for (const EncodedImage& image : images) {
    const Answer answer = take_answer(rest, image);
    if (answer.shape != wanted)
      throw data_error(
          image.name, "is " + shape_text(answer.shape) + ", but the first image is " + shape_text(wanted),
          "bring all to one size and number of channels, or keep the files encoded, without --decode-images");
    if (rest.size() < wanted.bytes()) throw data_error(image.name, "the decoder of images died on it", kHint);
    pixels.insert(pixels.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(wanted.bytes()));
    rest = rest.subspan(wanted.bytes());
  }
  return pixels;
}

}  // namespace daybreak::io
