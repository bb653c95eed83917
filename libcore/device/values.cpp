#include "libcore/device/values.h"

#include <algorithm>
#include <vector>

#include "kernels/common/formats.h"
#include "libcore/base/error.h"
#include "libcore/device/device.h"

namespace daybreak::device {
namespace {

using kernels::Bf16;
using kernels::F16;

// Converted a piece at a time: the codes of a whole model would double its memory.
constexpr std::size_t kPiece = 1 << 18;

void require_16_bits(daybreak_dtype type) {
  if (type != DAYBREAK_BF16 && type != DAYBREAK_F16)
    throw Error(ExitStatus::bug, "values are kept in f32, bf16 or f16");
}

}  // namespace

void read_values(Device& device, const void* from, daybreak_dtype type, std::span<float> values) {
  if (type == DAYBREAK_F32) return device.copy_out(values.data(), from, values.size_bytes());
  require_16_bits(type);
  std::vector<std::uint16_t> codes(std::min(kPiece, values.size()));
  for (std::size_t first = 0; first < values.size(); first += kPiece) {
    const auto part = values.subspan(first, std::min(kPiece, values.size() - first));
    device.copy_out(codes.data(), static_cast<const std::uint16_t*>(from) + first, part.size() * sizeof codes[0]);
    for (std::size_t i = 0; i < part.size(); ++i)
      part[i] = type == DAYBREAK_BF16 ? kernels::decode<Bf16>(codes[i]) : kernels::decode<F16>(codes[i]);
  }
}

void write_values(Device& device, std::span<const float> values, void* to, daybreak_dtype type) {
  if (type == DAYBREAK_F32) return device.copy_in(to, values.data(), values.size_bytes());
  require_16_bits(type);
  std::vector<std::uint16_t> codes(std::min(kPiece, values.size()));
  for (std::size_t first = 0; first < values.size(); first += kPiece) {
    const auto part = values.subspan(first, std::min(kPiece, values.size() - first));
    for (std::size_t i = 0; i < part.size(); ++i)
      codes[i] = type == DAYBREAK_BF16 ? kernels::encode<Bf16>(part[i]) : kernels::encode<F16>(part[i]);
    device.copy_in(static_cast<std::uint16_t*>(to) + first, codes.data(), part.size() * sizeof codes[0]);
  }
}

daybreak_statistics_result statistics_of(Device& device, const void* x, daybreak_dtype type, std::int64_t count) {
  daybreak_statistics_result result{};
  daybreak_statistics question{};
  question.count = count;
  question.x = x;
  question.x_type = type;
  question.result = &result;
  device.statistics(question);
  device.synchronize();
  return result;
}

}  // namespace daybreak::device
