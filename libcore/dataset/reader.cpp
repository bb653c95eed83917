#include "libcore/dataset/reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/hex.h"
#include "libcore/dataset/hash.h"
#include "libcore/dataset/layout.h"
#include "libcore/dataset/reader_state.h"
#include "libcore/dataset/sample_index.h"
#include "libcore/io/hdf5_reader.h"

namespace daybreak::dataset {
namespace {

bool is_own(const std::string& name) {
  return name.starts_with(std::string(kOwnGroup) + "/");
}

std::string listed(const Reader& reader) {
  std::string text;
  for (const io::ArrayInfo& array : reader.arrays()) {
    text += (text.empty() ? "" : ", ") + array.name + " " + io::type_and_shape(array);
    if (text.size() > 400) return text + ", ...";
  }
  return text.empty() ? "no arrays" : text;
}

bool may_be_tokens(const io::ArrayInfo& array) {
  const bool unsigned_integers =
      array.type == io::DType::u8 || array.type == io::DType::u16 || array.type == io::DType::u32;
  return unsigned_integers && array.shape.size() == 1;
}

template <class Id>
void read_ids(const Reader& reader, std::size_t array, std::uint64_t first, std::span<std::uint32_t> out) {
  std::vector<Id> ids(out.size());
  reader.read(array, first * sizeof(Id), std::as_writable_bytes(std::span(ids)));
  std::copy(ids.begin(), ids.end(), out.begin());
}

}  // namespace

Reader::Reader(const std::string& path, std::int64_t threads) : Reader(path, threads, true) {}

Reader::Reader(const std::string& path, std::int64_t threads, bool expands) : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.file = io::open_hdf5(std::make_shared<const io::InputFile>(path), threads);
  ExpandedSamples samples = expands ? expand_samples(s.file) : ExpandedSamples();
  s.expanded = std::move(samples.arrays);
  for (std::size_t i = 0; i < s.file.arrays.size(); ++i) {
    const io::ArrayInfo& info = s.file.arrays[i]->info();
    const auto& indices = samples.indices;
    if (is_own(info.name) || std::find(indices.begin(), indices.end(), info.name) != indices.end()) {
      s.own.emplace(info.name, i);
      continue;
    }
    s.sources.push_back(i);
    s.infos.push_back(s.source(s.sources.size() - 1).info());
  }
  read_parts();
}

void Reader::read_parts() {
  constexpr std::uint64_t kLargestList = std::uint64_t{1} << 26;
  State& s = *state_;
  const auto list = s.own.find(kParts);
  if (list == s.own.end()) {
    if (!s.file.mapped.empty() && s.own.contains(kManifest))
      throw data_error(name(), "the list of its parts is missing", "join the parts again");
    return;
  }
  const io::ArraySource& source = *s.file.arrays[list->second];
  if (source.info().bytes() > kLargestList) throw data_error(name(), "the list of its parts is larger than it can be");
  std::string text(source.info().bytes(), '\0');
  if (!text.empty()) source.read(0, std::as_writable_bytes(std::span(text)));
  s.parts_xxh3 = hex64(hash64(std::as_bytes(std::span(text))));
  s.parts = parse_joined_parts(text, name());
  check_parts(s.file, s.parts);
}

std::vector<std::string> Reader::part_paths() const {
  std::vector<std::string> paths;
  for (const io::MappedFile& part : state_->file.mapped) paths.push_back(part.name);
  return paths;
}

const io::ArraySource& Reader::State::source(std::size_t array) const {
  const auto found = expanded.find(sources.at(array));
  return found != expanded.end() ? *found->second : *file.arrays[sources[array]];
}

Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;

const std::string& Reader::name() const {
  return state_->file.name;
}

const std::vector<io::ArrayInfo>& Reader::arrays() const {
  return state_->infos;
}

std::optional<std::size_t> Reader::find(std::string_view name) const {
  const auto found = std::find_if(state_->infos.begin(), state_->infos.end(),
                                  [&](const io::ArrayInfo& info) { return info.name == name; });
  if (found == state_->infos.end()) return std::nullopt;
  return static_cast<std::size_t>(found - state_->infos.begin());
}

void Reader::read(std::size_t array, std::uint64_t offset_bytes, std::span<std::byte> out) const {
  const io::ArraySource& source = state_->source(array);
  const std::uint64_t bytes = source.info().bytes();
  if (offset_bytes > bytes || out.size() > bytes - offset_bytes)
    throw data_error(name(), "\"" + source.info().name + "\" has " + std::to_string(bytes) + " bytes, but " +
                                 std::to_string(out.size()) + " were wanted at byte " + std::to_string(offset_bytes));
  if (!out.empty()) source.read(offset_bytes, out);
}

const std::vector<io::Attribute>& Reader::attributes() const {
  return state_->file.attributes;
}

std::optional<std::string> Reader::text_attribute(std::string_view owner, std::string_view attribute) const {
  for (const io::Attribute& one : attributes()) {
    if (one.owner != owner || one.name != attribute || !one.is_text || one.shape.size() != 1) continue;
    std::string text(reinterpret_cast<const char*>(one.data.data()), one.data.size());
    text.resize(std::min(text.find('\0'), text.size()));
    return text;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Reader::integer_attribute(std::string_view owner, std::string_view attribute) const {
  for (const io::Attribute& one : attributes()) {
    const bool integer = one.type != io::DType::f16 && one.type != io::DType::bf16 && one.type != io::DType::f32 &&
                         one.type != io::DType::f64 && one.type != io::DType::f8_e4m3 && one.type != io::DType::f8_e5m2;
    if (one.owner != owner || one.name != attribute || one.is_text || !integer ||
        one.data.size() != io::dtype_bytes(one.type))
      continue;
    const bool is_signed = one.type == io::DType::i8 || one.type == io::DType::i16 || one.type == io::DType::i32 ||
                           one.type == io::DType::i64;
    const bool negative = is_signed && (one.data.back() & std::byte{0x80}) != std::byte{0};
    if (negative) return std::nullopt;
    std::uint64_t value = 0;
    std::memcpy(&value, one.data.data(), one.data.size());  // little-endian, and so are we
    return value;
  }
  return std::nullopt;
}

std::size_t token_array_index(const Reader& reader) {
  const auto& arrays = reader.arrays();
  std::vector<std::size_t> named, possible;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    if (!may_be_tokens(arrays[i])) continue;
    possible.push_back(i);
    if (reader.text_attribute(arrays[i].name, "role") == "tokens") named.push_back(i);
  }
  if (named.size() == 1) return named[0];
  if (named.empty() && possible.size() == 1) return possible[0];
  const bool several = named.size() > 1 || possible.size() > 1;
  throw data_error(reader.name(),
                   several ? "holds several arrays that may be tokens: " + listed(reader)
                           : "expected one array of tokens or text (1-D, U8, U16 or U32), found " + listed(reader),
                   several ? "make a file of one token stream with compress-dataset"
                           : "make one with compress-dataset from text or a token file");
}

const io::ArrayInfo& token_array(const Reader& reader) {
  return reader.arrays()[token_array_index(reader)];
}

std::optional<std::uint64_t> vocabulary_size(const Reader& reader, std::size_t array) {
  const io::ArrayInfo& info = reader.arrays().at(array);
  if (const auto told = reader.integer_attribute(info.name, "vocabulary_size")) return told;
  if (info.type == io::DType::u8) return 256;
  return std::nullopt;
}

void read_tokens(const Reader& reader, std::size_t array, std::uint64_t first, std::span<std::uint32_t> out) {
  switch (reader.arrays().at(array).type) {
    case io::DType::u8:
      return read_ids<std::uint8_t>(reader, array, first, out);
    case io::DType::u16:
      return read_ids<std::uint16_t>(reader, array, first, out);
    case io::DType::u32:
      return reader.read(array, first * 4, std::as_writable_bytes(out));
    default:
      throw data_error(reader.name(), "\"" + reader.arrays()[array].name + "\" is " +
                                          std::string(io::dtype_name(reader.arrays()[array].type)) +
                                          ", expected U8, U16 or U32 tokens");
  }
}

}  // namespace daybreak::dataset
