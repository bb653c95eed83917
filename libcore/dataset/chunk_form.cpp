#include "libcore/dataset/chunk_form.h"

#include <blosc.h>
#include <zlib.h>

#include <array>
#include <cstring>

#include "libcore/base/error.h"
#include "libcore/codecs/frame.h"
#include "libcore/io/hdf5_filters.h"

namespace daybreak::dataset {
namespace {

std::string cannot_encode(const Form& form) {
  return "a chunk cannot be encoded as " + form.name() + ": ";
}

[[noreturn]] void failed(const Form& form, const std::string& why) {
  throw Error(ExitStatus::bug, cannot_encode(form) + why);
}

std::size_t encode_blosc(const Form& form, std::size_t element, std::span<const std::byte> chunk,
                         std::vector<std::byte>& out) {
  out.resize(chunk.size() + BLOSC_MAX_OVERHEAD);
  // One block as long as the chunk: readers decode whole chunks, and longer blocks find more repeats. But Blosc shuffles
  // the bits of a block of whole groups of eight elements only, and leaves others as they are without a word.
  const std::size_t group = 8 * element;
  const std::size_t block =
      form.shuffle == BLOSC_BITSHUFFLE && chunk.size() > group ? chunk.size() / group * group : chunk.size();
  const int length = blosc_compress_ctx(form.level, form.shuffle, element, chunk.size(), chunk.data(), out.data(),
                                        out.size(), form.compressor, block, 1);
  if (length < 0) failed(form, "Blosc failed");
  return static_cast<std::size_t>(length);
}

/// All first bytes of the elements, then all second ones, as HDF5's shuffle has them.
std::vector<std::byte> shuffled(std::span<const std::byte> chunk, std::size_t element) {
  const std::size_t count = chunk.size() / element;
  std::vector<std::byte> planes(chunk.size());
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; k < element; ++k) planes[k * count + i] = chunk[i * element + k];
  return planes;
}

std::size_t encode_deflate(const Form& form, std::size_t element, std::span<const std::byte> chunk,
                           std::vector<std::byte>& out) {
  std::vector<std::byte> planes;
  if (form.shuffle != 0) planes = shuffled(chunk, element);
  const std::span<const std::byte> plain = form.shuffle != 0 ? planes : chunk;
  uLongf length = compressBound(plain.size());
  out.resize(length);
  if (compress2(reinterpret_cast<Bytef*>(out.data()), &length, reinterpret_cast<const Bytef*>(plain.data()),
                plain.size(), form.level) != Z_OK)
    failed(form, "zlib failed");
  return length;
}

std::size_t encode_frame(const Form& form, const codecs::ChunkType& type, std::span<const std::byte> chunk,
                         std::vector<std::byte>& out) {
  codecs::Bytes frame;
  expect_done(codecs::encode(form.pipeline, type.type, type.shape, codec_bytes(chunk), frame), cannot_encode(form));
  const auto bytes = std::as_bytes(std::span(frame));
  out.assign(bytes.begin(), bytes.end());
  return out.size();
}

/// The parameters that HDF5 keeps beside filter 32001: those four that the filter looks at whenever it decodes. Level and
/// compressor, which are for encoding, differ from chunk to chunk.
std::vector<unsigned> blosc_parameters(const codecs::ChunkType& chunk) {
  constexpr unsigned kFilterRevision = 2;
  return {kFilterRevision, BLOSC_VERSION_FORMAT, codecs::element_info(chunk.type).bytes,
          static_cast<unsigned>(chunk.bytes())};
}

bool passes(const Form& form, unsigned filter) {
  switch (form.kind) {
    case Form::Kind::stored:
      return false;
    case Form::Kind::deflate:
      return filter == io::kHdf5Deflate || (filter == io::kHdf5Shuffle && form.shuffle != 0);
    case Form::Kind::blosc:
      return filter == io::kHdf5Blosc;
    case Form::Kind::frame:
      return filter == io::kHdf5Daybreak;
  }
  return false;
}

Filter filter_of(unsigned id, const codecs::ChunkType& chunk) {
  constexpr unsigned kLevel = 6;  // for who asks; decoding does not
  if (id == io::kHdf5Daybreak) return {id, codecs::filter_parameters(chunk)};
  if (id == io::kHdf5Blosc) return {id, blosc_parameters(chunk)};
  return {id, {id == io::kHdf5Shuffle ? codecs::element_info(chunk.type).bytes : kLevel}};
}

}  // namespace

Audience parse_audience(std::string_view name) {
  if (name == "plain") return Audience::plain;
  if (name == "h5py") return Audience::h5py;
  if (name == "plugin") return Audience::plugin;
  throw usage_error("expected plain, h5py or plugin, found '" + std::string(name) + "'");
}

Effort parse_effort(std::string_view name) {
  if (name == "fast") return Effort::fast;
  if (name == "normal") return Effort::normal;
  if (name == "best") return Effort::best;
  throw usage_error("expected fast, normal or best, found '" + std::string(name) + "'");
}

std::string Form::name() const {
  constexpr const char* kShuffles[] = {"", "-shuffle", "-bitshuffle"};
  switch (kind) {
    case Kind::stored:
      return "stored";
    case Kind::deflate:
      return "gzip" + std::to_string(level) + kShuffles[shuffle];
    case Kind::blosc:
      return std::string(compressor) + std::to_string(level) + kShuffles[shuffle];
    case Kind::frame:
      return codecs::pipeline_name(pipeline);
  }
  return {};
}

codecs::ChunkType chunk_type(io::DType type, const io::Shape& chunk) {
  static_assert(static_cast<int>(codecs::ElementType::f64) == static_cast<int>(io::DType::f64));
  return {static_cast<codecs::ElementType>(type), {chunk.begin(), chunk.end()}};
}

codecs::ByteSpan codec_bytes(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

void expect_done(codecs::Status status, const std::string& what) {
  if (status == codecs::Status::no_memory)
    throw Error(ExitStatus::resources, "no memory is left to encode a chunk", "use fewer --threads or a smaller --chunk");
  if (status != codecs::Status::ok) throw Error(ExitStatus::bug, what + codecs::explain(status));
}

std::vector<Filter> filters_for(Audience audience, const codecs::ChunkType& chunk) {
  if (audience == Audience::plain) return {filter_of(io::kHdf5Shuffle, chunk), filter_of(io::kHdf5Deflate, chunk)};
  std::vector<Filter> filters;
  if (audience == Audience::plugin) filters.push_back(filter_of(io::kHdf5Daybreak, chunk));
  filters.push_back(filter_of(io::kHdf5Blosc, chunk));
  return filters;
}

std::vector<Filter> filters_of(const Form& form, const codecs::ChunkType& chunk) {
  std::vector<Filter> filters;
  for (const unsigned id : {io::kHdf5Daybreak, io::kHdf5Blosc, io::kHdf5Shuffle, io::kHdf5Deflate})
    if (passes(form, id)) filters.push_back(filter_of(id, chunk));
  return filters;
}

std::uint32_t filter_mask(const Form& form, std::span<const Filter> filters) {
  std::uint32_t mask = 0;
  for (std::size_t k = 0; k < filters.size(); ++k)
    if (!passes(form, filters[k].id)) mask |= std::uint32_t{1} << k;
  return mask;
}

bool encode(const Form& form, const codecs::ChunkType& type, std::span<const std::byte> chunk,
            std::vector<std::byte>& out) {
  const std::size_t element = codecs::element_info(type.type).bytes;
  std::size_t length = 0;
  switch (form.kind) {
    case Form::Kind::stored:
      break;
    case Form::Kind::deflate:
      length = encode_deflate(form, element, chunk, out);
      break;
    case Form::Kind::blosc:
      length = encode_blosc(form, element, chunk, out);
      break;
    case Form::Kind::frame:
      length = encode_frame(form, type, chunk, out);
      break;
  }
  if (length == 0 || length >= chunk.size()) return false;
  out.resize(length);
  return true;
}

bool decode(const Form& form, const codecs::ChunkType& type, std::span<const std::byte> encoded,
            std::span<std::byte> chunk) {
  const std::array<std::uint32_t, 1> parameters{codecs::element_info(type.type).bytes};
  std::vector<std::byte> planes;  // between the two filters of a shuffled form
  std::span<const std::byte> data = encoded;
  for (const unsigned filter : {io::kHdf5Daybreak, io::kHdf5Blosc, io::kHdf5Deflate, io::kHdf5Shuffle}) {
    if (!passes(form, filter)) continue;
    const bool last = filter != io::kHdf5Deflate || form.shuffle == 0;
    if (!last) planes.resize(chunk.size());
    const std::span<std::byte> out = last ? chunk : planes;
    const io::Unfiltered result = io::undo_filter(static_cast<std::uint16_t>(filter), parameters, data, out);
    if (!result.fault.empty() || result.bytes != chunk.size()) return false;
    if (last) return true;
    data = planes;
  }
  if (data.size() != chunk.size()) return false;
  std::memcpy(chunk.data(), data.data(), chunk.size());
  return true;
}

void verify(const Form& form, const codecs::ChunkType& type, std::span<const std::byte> chunk,
            std::span<const std::byte> encoded) {
  std::vector<std::byte> back(chunk.size());
  if (!decode(form, type, encoded, back) || std::memcmp(back.data(), chunk.data(), chunk.size()) != 0)
    throw Error(ExitStatus::bug, "a chunk encoded as " + form.name() + " does not decode to the same bytes");
}

}  // namespace daybreak::dataset
