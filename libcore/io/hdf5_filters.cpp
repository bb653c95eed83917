#include "libcore/io/hdf5_filters.h"

#include <blosc.h>
#include <libdeflate.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "libcore/codecs/frame.h"

namespace daybreak::io {
namespace {

struct FilterName {
  std::uint16_t id;
  const char* name;
};

// Names of filters that appear in the wild, so that a refusal can say what is missing.
constexpr std::array<FilterName, 17> kNames{{{1, "deflate"}, {2, "shuffle"}, {3, "fletcher32"}, {4, "szip"},
    {5, "nbit"}, {6, "scaleoffset"}, {307, "bzip2"}, {32000, "lzf"}, {32001, "blosc"}, {32004, "lz4"},
    {32008, "bitshuffle"}, {32013, "zfp"}, {32015, "zstd"}, {32017, "sz"}, {32024, "sz3"}, {32026, "blosc2"}, {kHdf5Daybreak, "daybreak"}}};

Unfiltered fault(std::string text) {
  return {0, std::move(text)};
}

/// zlib's format by libdeflate, which takes whole buffers and is faster for it; its sum is checked.
Unfiltered undo_deflate(std::span<const std::byte> packed, std::span<std::byte> out) {
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (decompressor == nullptr) return fault("libdeflate has no memory");
  std::size_t bytes = 0;
  switch (libdeflate_zlib_decompress(decompressor.get(), packed.data(), packed.size(), out.data(), out.size(),
                                     &bytes)) {
    case LIBDEFLATE_SUCCESS: return {bytes, {}};
    case LIBDEFLATE_INSUFFICIENT_SPACE: return fault("the deflate stream is longer than the chunk");
    default: return fault("the deflate stream is broken or cut short");
  }
}

/// LibLZF's format, h5py's own filter: runs of up to 32 literals, repeats of up to 264 bytes from up to 8 KiB before.
Unfiltered undo_lzf(std::span<const std::byte> packed, std::span<std::byte> out) {
  constexpr std::size_t kLiterals = 32, kLongLength = 7, kStride = 8;
  std::size_t at = 0, done = 0;
  const auto next = [&] { return std::to_integer<std::size_t>(packed[at++]); };
  while (at < packed.size()) {
    const std::size_t control = next();
    if (control < kLiterals) {
      const std::size_t count = control + 1;
      if (count > packed.size() - at) return fault("the LZF stream is cut short");
      if (count > out.size() - done) return fault("the LZF stream is longer than the chunk");
      std::memcpy(out.data() + done, packed.data() + at, count);
      at += count;
      done += count;
      continue;
    }
    std::size_t count = control >> 5;
    if (packed.size() - at < (count == kLongLength ? 2U : 1U)) return fault("the LZF stream is cut short");
    if (count == kLongLength) count += next();
    count += 2;
    const std::size_t distance = ((control & 31) << 8 | next()) + 1;
    if (distance > done) return fault("the LZF stream is broken");
    if (count > out.size() - done) return fault("the LZF stream is longer than the chunk");
    std::byte* const to = out.data() + done;
    if (distance >= kStride && out.size() - done >= count + kStride)  // what is too much is written over or left out
      for (std::size_t k = 0; k < count; k += kStride) std::memcpy(to + k, to + k - distance, kStride);
    else
      for (std::size_t k = 0; k < count; ++k) to[k] = *(to + k - distance);  // may overlap
    done += count;
  }
  return {done, {}};
}

Unfiltered undo_zstd(std::span<const std::byte> packed, std::span<std::byte> out) {
  const std::size_t bytes = ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size());
  if (ZSTD_isError(bytes) == 0) return {bytes, {}};
  return fault(ZSTD_getErrorCode(bytes) == ZSTD_error_dstSize_tooSmall ? "the zstd stream is longer than the chunk"
                                                                      : "the zstd stream is broken or cut short");
}

/// Elements of a word's width out of their byte planes: a loop that compilers turn into vectors.
template <class Word>
void join_planes(const std::byte* planes, std::size_t count, std::byte* out) {
  for (std::size_t k = 0; k < count; ++k) {
    Word word = 0;
    for (std::size_t plane = 0; plane < sizeof(Word); ++plane) {
      const auto byte = std::to_integer<Word>(planes[plane * count + k]);
      word = static_cast<Word>(word | byte << (8 * plane));
    }
    std::memcpy(out + k * sizeof(Word), &word, sizeof word);
  }
}

Unfiltered undo_shuffle(std::span<const std::uint32_t> client, std::span<const std::byte> packed,
                        std::span<std::byte> out) {
  if (client.empty() || client[0] == 0) return fault("shuffle lacks its element size");
  if (out.size() < packed.size()) return fault("is longer than the chunk");
  const std::size_t width = client[0], count = packed.size() / width;
  switch (width) {
    case 2: join_planes<std::uint16_t>(packed.data(), count, out.data()); break;
    case 4: join_planes<std::uint32_t>(packed.data(), count, out.data()); break;
    case 8: join_planes<std::uint64_t>(packed.data(), count, out.data()); break;
    default:
      for (std::size_t plane = 0; plane < width && count > 0; ++plane)
        for (std::size_t k = 0; k < count; ++k) out[k * width + plane] = packed[plane * count + k];
  }
  std::copy(packed.begin() + static_cast<std::ptrdiff_t>(count * width), packed.end(),
            out.begin() + static_cast<std::ptrdiff_t>(count * width));
  return {packed.size(), {}};
}

std::uint32_t swap_within_pairs(std::uint32_t sum) {
  return ((sum & 0x00ff00ffu) << 8) | ((sum >> 8) & 0x00ff00ffu);
}

Unfiltered undo_fletcher32(std::span<const std::byte> packed, std::span<std::byte> out) {
  if (packed.size() < 4) return fault("is too short for its checksum");
  const auto data = packed.first(packed.size() - 4);
  if (out.size() < data.size()) return fault("is longer than the chunk");
  std::uint32_t stored = 0;
  for (std::size_t k = 0; k < 4; ++k) stored |= std::to_integer<std::uint32_t>(packed[data.size() + k]) << (8 * k);
  const std::uint32_t sum = hdf5_fletcher32(data);
  // HDF5 before 1.6.3 stored the bytes of each pair the other way round on little-endian machines.
  if (stored != sum && stored != swap_within_pairs(sum)) return fault("the fletcher32 checksum does not match");
  std::copy(data.begin(), data.end(), out.begin());
  return {data.size(), {}};
}

Unfiltered undo_blosc(std::span<const std::byte> packed, std::span<std::byte> out) {
  std::size_t bytes = 0;
  if (packed.size() < BLOSC_MIN_HEADER_LENGTH || blosc_cbuffer_validate(packed.data(), packed.size(), &bytes) != 0)
    return fault("the Blosc header is broken");
  if (bytes > out.size()) return fault("the Blosc header claims more bytes than the chunk has");
  if (bytes == 0) return {};
  const int got = blosc_decompress_ctx(packed.data(), out.data(), bytes, 1);
  if (got < 0 || static_cast<std::size_t>(got) != bytes) return fault("the Blosc data is broken");
  return {bytes, {}};
}

/// A frame knows its size, which must be that of the chunk.
Unfiltered undo_daybreak(std::span<const std::byte> packed, std::span<std::byte> out) {
  const codecs::ByteSpan frame(reinterpret_cast<const std::uint8_t*>(packed.data()), packed.size());
  const codecs::Status status = codecs::decode(frame, {reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
  return status == codecs::Status::ok ? Unfiltered{out.size(), {}} : fault(codecs::explain(status));
}

}  // namespace

std::uint32_t hdf5_fletcher32(std::span<const std::byte> data) {
  constexpr std::size_t kPairsBeforeFold = 360;
  const auto fold = [](std::uint32_t sum) { return (sum & 0xffffu) + (sum >> 16); };
  std::uint32_t first = 0, second = 0;
  const std::size_t pairs = data.size() / 2;
  for (std::size_t at = 0; at < pairs;) {
    const std::size_t stop = std::min(pairs, at + kPairsBeforeFold);
    for (; at < stop; ++at) {
      first += (std::to_integer<std::uint32_t>(data[2 * at]) << 8) | std::to_integer<std::uint32_t>(data[2 * at + 1]);
      second += first;
    }
    first = fold(first);
    second = fold(second);
  }
  if (data.size() % 2 != 0) {
    first += std::to_integer<std::uint32_t>(data.back()) << 8;
    second += first;
    first = fold(first);
    second = fold(second);
  }
  return (fold(second) << 16) | fold(first);
}

bool is_known_filter(std::uint16_t id) {
  return id == kHdf5Deflate || id == kHdf5Shuffle || id == kHdf5Fletcher32 || id == kHdf5Lzf || id == kHdf5Blosc ||
         id == kHdf5Zstd || id == kHdf5Daybreak;
}

std::string filter_text(std::uint16_t id) {
  std::string text = "filter " + std::to_string(id);
  for (const FilterName& entry : kNames)
    if (entry.id == id) text += " (" + std::string(entry.name) + ")";
  return text;
}

Unfiltered undo_filter(std::uint16_t id, std::span<const std::uint32_t> client, std::span<const std::byte> packed,
                       std::span<std::byte> out) {
  switch (id) {
    case kHdf5Deflate: return undo_deflate(packed, out);
    case kHdf5Shuffle: return undo_shuffle(client, packed, out);
    case kHdf5Fletcher32: return undo_fletcher32(packed, out);
    case kHdf5Lzf: return undo_lzf(packed, out);
    case kHdf5Blosc: return undo_blosc(packed, out);
    case kHdf5Zstd: return undo_zstd(packed, out);
    case kHdf5Daybreak: return undo_daybreak(packed, out);
    default: return fault(filter_text(id) + " is not known here");
  }
}

}  // namespace daybreak::io
