#include "libcore/codecs/frame.h"

#include <algorithm>
#include <new>

#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/checksum.h"
#include "libcore/codecs/steps.h"

namespace daybreak::codecs {
namespace {

constexpr std::uint8_t kMagic[4] = {'D', 'B', 'K', 'F'};
constexpr std::uint8_t kVersion = 1;

void write_header(const FrameHeader& header, ByteWriter& out) {
  out.bytes(kMagic);
  out.byte(kVersion);
  out.byte(static_cast<std::uint8_t>(header.type));
  out.byte(static_cast<std::uint8_t>(header.pipeline.map));
  out.byte(static_cast<std::uint8_t>(header.pipeline.predict));
  out.byte(static_cast<std::uint8_t>(header.pipeline.code));
  out.byte(static_cast<std::uint8_t>(header.shape.size()));
  out.fixed(header.checksum);
  for (const std::uint64_t extent : header.shape) out.varint(extent);
}

Status parse_header(ByteReader& in, FrameHeader& header) {
  const ByteSpan magic = in.bytes(sizeof kMagic);
  if (!std::equal(magic.begin(), magic.end(), std::begin(kMagic), std::end(kMagic))) return Status::corrupt;
  if (const std::uint8_t version = in.byte(); version != kVersion)
    return in.ok() && version > kVersion ? Status::newer_version : Status::corrupt;
  const std::uint8_t type = in.byte(), map = in.byte(), predict = in.byte(), code = in.byte(), dimensions = in.byte();
  if (type >= kElementTypes || map >= kMaps || predict >= kPredictions || code >= kCodes ||
      dimensions > kMostDimensions)
    return Status::corrupt;
  header.type = static_cast<ElementType>(type);
  header.pipeline = {static_cast<Map>(map), static_cast<Predict>(predict), static_cast<Code>(code)};
  header.checksum = in.fixed<std::uint64_t>();
  header.shape.resize(dimensions);
  for (std::uint64_t& extent : header.shape) extent = in.varint(~std::uint64_t{0});
  const auto count = element_count(header.shape);
  if (!in.ok() || !count) return Status::corrupt;
  header.decoded_bytes = *count * element_info(header.type).bytes;
  return Status::ok;
}

bool all_alike(ByteSpan data, std::size_t element) {
  return data.size() > element &&
         std::equal(data.begin() + static_cast<std::ptrdiff_t>(element), data.end(), data.begin());
}

/// The parameters and streams of a pipeline; nothing where it cannot hold the values.
bool write_payload(const FrameHeader& header, ByteSpan data, ByteWriter& out) {
  const ArrayShape shape = array_shape(header.shape, data.size() / element_info(header.type).bytes);
  return element_info(header.type).bytes == 8
             ? write_steps<std::uint64_t>(header.pipeline, header.type, shape, data, out)
             : write_steps<std::uint32_t>(header.pipeline, header.type, shape, data, out);
}

bool read_payload(const FrameHeader& header, ByteReader& in, std::span<std::uint8_t> out) {
  const std::size_t bytes = element_info(header.type).bytes;
  if (header.pipeline.code == Code::stored || header.pipeline.code == Code::constant) {
    const std::size_t period = header.pipeline.code == Code::stored ? out.size() : bytes;
    const ByteSpan elements = in.bytes(period);
    if (!in.finished() || header.pipeline != Pipeline{{}, {}, header.pipeline.code}) return false;
    for (std::size_t at = 0; at < out.size(); at += period)
      std::copy(elements.begin(), elements.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
    return true;
  }
  return bytes == 8 ? read_steps<std::uint64_t>(header.pipeline, header.type, in, out)
                    : read_steps<std::uint32_t>(header.pipeline, header.type, in, out);
}

}  // namespace

Bytes assemble_frame(FrameHeader header, ByteSpan data, ByteSpan payload) {
  ByteWriter frame;
  const bool constant = all_alike(data, element_info(header.type).bytes);
  const bool smaller = !constant && !payload.empty() && payload.size() < data.size();
  if (!smaller) header.pipeline = {{}, {}, constant ? Code::constant : Code::stored};
  write_header(header, frame);
  frame.bytes(smaller ? payload : constant ? data.first(element_info(header.type).bytes) : data);
  return frame.take();
}

Status encode(Pipeline pipeline, ElementType type, std::span<const std::uint64_t> shape, ByteSpan data,
              Bytes& frame) noexcept try {
  const auto count = element_count(shape);
  if (shape.size() > kMostDimensions || !count || *count * element_info(type).bytes != data.size())
    return Status::wrong_size;
  FrameHeader header{type, pipeline, {shape.begin(), shape.end()}, data.size(), checksum(data)};
  ByteWriter payload;
  if (pipeline.code <= Code::constant || all_alike(data, element_info(type).bytes) || data.empty() ||
      !write_payload(header, data, payload))
    payload = {};
  frame = assemble_frame(header, data, payload.span());
  return Status::ok;
} catch (const std::bad_alloc&) {
  return Status::no_memory;
}

Status decode(ByteSpan frame, std::span<std::uint8_t> out) noexcept try {
  ByteReader in(frame);
  FrameHeader header;
  if (const Status status = parse_header(in, header); status != Status::ok) return status;
  if (header.decoded_bytes != out.size()) return Status::wrong_size;
  return read_payload(header, in, out) && checksum(out) == header.checksum ? Status::ok : Status::corrupt;
} catch (const std::bad_alloc&) {
  return Status::no_memory;
}

Status read_header(ByteSpan frame, FrameHeader& header) noexcept try {
  ByteReader in(frame);
  return parse_header(in, header);
} catch (const std::bad_alloc&) {
  return Status::no_memory;
}

}  // namespace daybreak::codecs
