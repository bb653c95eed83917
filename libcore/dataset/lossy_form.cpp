#include "libcore/dataset/lossy_form.h"

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"

namespace daybreak::dataset {
namespace {

std::vector<std::byte> plain_bytes(const codecs::Bytes& bytes) {
  const auto from = std::as_bytes(std::span(bytes));
  return {from.begin(), from.end()};
}

constexpr const char* kCannot = "a chunk cannot be quantized: ";

}  // namespace

codecs::Loss LossyForm::loss() const {
  codecs::Loss loss;
  loss.step = steps.size() == 1 ? steps[0] : 1;
  if (steps.size() > 1) loss.column_scale = steps;
  loss.bound = bound;
  loss.missing = missing;
  if (bound == 0) loss.rounding = 0.45;
  return loss;
}

std::vector<std::byte> quantize_chunk(const LossyForm& form, const codecs::ChunkType& type,
                                      std::span<const std::byte> chunk) {
  codecs::Bytes decoded;
  expect_done(codecs::quantize(form.pipeline, form.loss(), type.type, type.shape, codec_bytes(chunk), decoded), kCannot);
  return plain_bytes(decoded);
}

LossyChunk encode_lossy_chunk(const LossyForm& form, const codecs::ChunkType& type, std::span<const std::byte> chunk) {
  codecs::Bytes frame, decoded;
  expect_done(codecs::encode_lossy(form.pipeline, form.loss(), type.type, type.shape, codec_bytes(chunk), frame, decoded),
              kCannot);
  codecs::FrameHeader header;
  expect_done(codecs::read_header(frame, header), kCannot);
  LossyChunk result{plain_bytes(decoded), plain_bytes(frame), header.pipeline};
  if (result.frame.size() >= result.decoded.size()) result.frame.clear();
  return result;
}

QuantizedSource::QuantizedSource(const io::ArraySource& exact, const ChunkGrid& grid, LossyForm form)
    : exact_(exact), grid_(grid), form_(std::move(form)) {}

void QuantizedSource::read(std::uint64_t offset, std::span<std::byte> out) const {
  const std::lock_guard lock(mutex_);
  while (!out.empty()) {
    const std::uint64_t ordinal = grid_.ordinal_at(offset);
    const ChunkPlace place = grid_.place(ordinal);
    if (kept_.empty() || kept_ordinal_ != ordinal)
      kept_ = quantize_chunk(form_, chunk_type(info().type, grid_.chunk), read_smooth_chunk(exact_, grid_, place));
    kept_ordinal_ = ordinal;
    const std::uint64_t skipped = offset - place.offset_bytes;
    const std::size_t count = std::min<std::uint64_t>(out.size(), place.valid_bytes - skipped);
    std::copy_n(kept_.begin() + static_cast<std::ptrdiff_t>(skipped), count, out.begin());
    out = out.subspan(count);
    offset += count;
  }
}

std::vector<std::byte> read_smooth_chunk(const io::ArraySource& source, const ChunkGrid& grid, const ChunkPlace& place) {
  std::vector<std::byte> chunk(grid.chunk_bytes);
  source.read(place.offset_bytes, std::span(chunk).first(place.valid_bytes));
  const std::uint64_t row = grid.chunk_bytes / grid.chunk[grid.axis];
  for (std::uint64_t at = place.valid_bytes; at < grid.chunk_bytes; ++at) chunk[at] = chunk[at - row];
  return chunk;
}

}  // namespace daybreak::dataset
