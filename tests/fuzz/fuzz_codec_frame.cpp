// Frames of the codecs: decoding hostile bytes stays within bounds, and what decodes decodes again from a new frame.
#include <cstdlib>

#include "libcore/codecs/frame.h"

using namespace daybreak::codecs;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t kMostBytes = 1 << 20;
  FrameHeader header;
  if (read_header({data, size}, header) != Status::ok || header.decoded_bytes > kMostBytes) return 0;
  Bytes out(static_cast<std::size_t>(header.decoded_bytes));
  if (decode({data, size}, out) != Status::ok) return 0;
  Bytes frame, again(out.size());
  if (encode(header.pipeline, header.type, header.shape, out, frame) != Status::ok) std::abort();
  if (decode(frame, again) != Status::ok || again != out) std::abort();
  return 0;
}
