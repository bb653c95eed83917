#include "libcore/codecs/lossy.h"

#include <new>

#include "libcore/codecs/checksum.h"
#include "libcore/codecs/reals.h"
#include "libcore/codecs/steps.h"

namespace daybreak::codecs {

Status encode_lossy(Pipeline pipeline, const Loss& loss, ElementType type, std::span<const std::uint64_t> shape,
                    ByteSpan data, Bytes& frame, Bytes& decoded) noexcept try {
  const auto count = element_count(shape);
  const std::size_t bytes = element_info(type).bytes;
  if (shape.size() > kMostDimensions || !count || *count * bytes != data.size()) return Status::wrong_size;
  if (!is_real_number(type) || !(loss.step > 0)) return Status::not_applicable;
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

}  // namespace daybreak::codecs
