#include "libcore/codecs/lossy.h"

#include <new>

#include "libcore/codecs/checksum.h"
#include "libcore/codecs/reals.h"
#include "libcore/codecs/steps.h"

namespace daybreak::codecs {
namespace {

Status check(const Loss& loss, ElementType type, std::span<const std::uint64_t> shape, ByteSpan data) {
  const auto count = element_count(shape);
  if (shape.size() > kMostDimensions || !count || *count * element_info(type).bytes != data.size())
    return Status::wrong_size;
  return is_real_number(type) && loss.step > 0 ? Status::ok : Status::not_applicable;
}

}  // namespace

Status encode_lossy(Pipeline pipeline, const Loss& loss, ElementType type, std::span<const std::uint64_t> shape,
                    ByteSpan data, Bytes& frame, Bytes& decoded) noexcept try {
  if (const Status status = check(loss, type, shape, data); status != Status::ok) return status;
  const std::size_t bytes = element_info(type).bytes;
  const ArrayShape lies = array_shape(shape, data.size() / bytes);
  ByteWriter payload;
  decoded.assign(data.begin(), data.end());
  const bool held = !data.empty() &&
                    (bytes == 8 ? write_lossy_steps<std::uint64_t>(pipeline, loss, type, lies, data, payload, decoded)
                                : write_lossy_steps<std::uint32_t>(pipeline, loss, type, lies, data, payload, decoded));
  if (!held || payload.size() >= data.size()) decoded.assign(data.begin(), data.end());
  frame = assemble_frame({type, pipeline, {shape.begin(), shape.end()}, data.size(), checksum(decoded)}, decoded,
                         held ? payload.span() : ByteSpan{});
  return Status::ok;
} catch (const std::bad_alloc&) {
  return Status::no_memory;
}

Status quantize(Pipeline pipeline, const Loss& loss, ElementType type, std::span<const std::uint64_t> shape,
                ByteSpan data, Bytes& decoded) noexcept try {
  if (const Status status = check(loss, type, shape, data); status != Status::ok) return status;
  const std::size_t bytes = element_info(type).bytes;
  const ArrayShape lies = array_shape(shape, data.size() / bytes);
  decoded.assign(data.begin(), data.end());
  const bool held = !data.empty() &&
                    (bytes == 8 ? quantize_steps<std::uint64_t>(pipeline, loss, type, lies, data, decoded)
                                : quantize_steps<std::uint32_t>(pipeline, loss, type, lies, data, decoded));
  return held || data.empty() ? Status::ok : Status::not_applicable;
} catch (const std::bad_alloc&) {
  return Status::no_memory;
}

std::vector<Pipeline> lossy_candidates(std::span<const std::uint64_t> shape) {
  const ArrayShape lies = array_shape(shape, static_cast<std::size_t>(element_count(shape).value_or(0)));
  std::vector<Pipeline> found{kLevels};
  const auto add = [&](Predict predict, std::initializer_list<Code> codes) {
    for (const Code code : codes) found.push_back({Map::lattice, predict, code});
  };
  add(Predict::none, {Code::bins, Code::scale_bins, Code::planes, Code::zstd, Code::runs});
  add(Predict::delta, {Code::bins, Code::neighbors});
  add(Predict::delta2, {Code::neighbors});
  if (lies.row > 1) {
    add(Predict::none, {Code::column_bins, Code::pixels});
    add(Predict::median, {Code::neighbors});
  }
  if (lies.plane > 0) add(Predict::lorenzo, {Code::neighbors});
  return found;
}

}  // namespace daybreak::codecs
