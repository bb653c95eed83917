#include "libcore/io/safetensors_header.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libcore/base/described.h"
#include "libcore/base/error.h"
#include "libcore/io/json.h"

namespace daybreak::io {
namespace {

constexpr std::uint64_t kLongestHeader = 100'000'000;  // the format's own limit
constexpr std::size_t kMostDimensions = 64;

std::uint64_t header_length(const InputFile& file) {
  if (file.size() < 8) throw data_error(file.name(), "not a safetensors file: it has fewer than 8 bytes");
  const std::string field = file.text_at(0, 8);
  std::uint64_t length = 0;
  for (std::size_t i = 8; i-- > 0;) length = length << 8 | static_cast<unsigned char>(field[i]);
  if (length == 0) throw data_error(file.name(), "the safetensors header is empty; expected at least {}");
  if (length > kLongestHeader)
    throw data_error(file.name(), "the safetensors header claims " + std::to_string(length) + " bytes; at most 100000000 are allowed");
  if (length > file.size() - 8)
    throw data_error(file.name(), "the safetensors header claims " + std::to_string(length) + " bytes, but " +
                                      std::to_string(file.size() - 8) + " follow its length", "is the file cut short?");
  return length;
}

/// The type of that name. Only safetensors' own spellings: parse_dtype() also takes NumPy's.
DType type_of(const std::string& name, const std::string& where) {
  for (int i = 0; i <= static_cast<int>(DType::f64); ++i)
    if (dtype_name(static_cast<DType>(i)) == name) return static_cast<DType>(i);
  throw data_error(where, "the element type \"" + name + "\" is not supported");
}

TextPairs metadata_of(const Json& value, const std::string& where) {
  TextPairs metadata;
  for (const auto& [key, text] : value.as_object()) {
    if (!text.is_string())
      throw data_error(where, "__metadata__ \"" + key + "\": expected a string, found " + std::string(text.type_name()));
    metadata.emplace_back(key, text.as_string());
  }
  return metadata;
}

std::uint64_t whole_number(const Json& value) {
  if (!value.is_integer()) throw data_error("", "expected a whole number, found " + value.dump());
  return value.as_uint();
}

SafetensorsHeader::Entry entry_of(const std::string& name, const Json& value, std::uint64_t data_bytes, const std::string& where) {
  for (const auto& member : value.as_object())
    if (member.first != "dtype" && member.first != "shape" && member.first != "data_offsets")
      throw data_error("", "unknown key \"" + member.first + "\"");
  SafetensorsHeader::Entry entry;
  entry.info.name = name;
  entry.info.type = type_of(value.at("dtype").as_string(), "");
  const Json::Array& shape = value.at("shape").as_array();
  if (shape.size() > kMostDimensions) throw data_error("", "more than 64 dimensions");
  for (const Json& extent : shape) entry.info.shape.push_back(whole_number(extent));
  element_count(entry.info.shape, where);
  const Json::Array& offsets = value.at("data_offsets").as_array();
  if (offsets.size() != 2) throw data_error("", "expected two data_offsets, found " + std::to_string(offsets.size()));
  entry.begin = whole_number(offsets[0]);
  entry.end = whole_number(offsets[1]);
  const std::string end = "its data end at " + std::to_string(entry.end);
  if (entry.begin > entry.end) throw data_error("", end + ", before they begin at " + std::to_string(entry.begin));
  if (entry.end > data_bytes)
    throw data_error("", end + ", past the " + std::to_string(data_bytes) + " bytes of data");
  if (entry.end - entry.begin != entry.info.bytes())
    throw data_error("", "the shape needs " + std::to_string(entry.info.bytes()) + " bytes, but the data_offsets span " +
                             std::to_string(entry.end - entry.begin));
  return entry;
}

void check_cover(const SafetensorsHeader& header, std::uint64_t data_bytes, const std::string& name) {
  std::uint64_t reached = 0;
  for (const auto& entry : header.entries) {
    if (entry.begin != reached)
      throw data_error(name, "tensor \"" + entry.info.name + "\" " +
                                 (entry.begin < reached ? "overlaps the one before it" : "leaves a gap before it") +
                                 ": expected it at byte " + std::to_string(reached) + " of the data, found " + std::to_string(entry.begin));
    reached = entry.end;
  }
  if (reached != data_bytes)
    throw data_error(name, "the tensors end at byte " + std::to_string(reached) + " of the data, but the file has " +
                               std::to_string(data_bytes));
}

}  // namespace

SafetensorsHeader read_safetensors_header(const InputFile& file) {
  const std::uint64_t length = header_length(file);
  const std::string text = file.text_at(8, length);
  if (text[0] != '{') throw data_error(file.name(), "the safetensors header does not begin with '{'");
  const Json json = Json::parse(text, file.name());
  SafetensorsHeader header;
  header.data_offset = 8 + length;
  const std::uint64_t data_bytes = file.size() - header.data_offset;
  for (const auto& [name, value] : json.as_object()) {
    const std::string where = file.name() + ": tensor \"" + name + "\"";
    described(where, {}, [&, &member = name, &entry = value] {
      if (member == "__metadata__") header.metadata = metadata_of(entry, file.name());
      else header.entries.push_back(entry_of(member, entry, data_bytes, where));
    });
  }
  std::stable_sort(header.entries.begin(), header.entries.end(),
                   [](const auto& a, const auto& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  check_cover(header, data_bytes, file.name());
  return header;
}

}  // namespace daybreak::io
