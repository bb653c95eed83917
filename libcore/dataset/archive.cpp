#include "libcore/dataset/archive.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/base/hex.h"
#include "libcore/dataset/hash.h"
#include "libcore/dataset/reader_state.h"

namespace daybreak::dataset {
namespace {

constexpr std::uint64_t kLargestManifest = std::uint64_t{1} << 30;
constexpr std::uint64_t kLargestHashes = std::uint64_t{1} << 34;
constexpr const char* kDamaged = "the file is damaged; fetch or write it again";

std::uint64_t parse_hex64(const std::string& text, const std::string& where) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size()) throw data_error(where, "holds no hash where one should be", kDamaged);
  return value;
}

/// A chunk of an array that stands in parts: where it is in its part, and where that is.
ChunkPlace place_in(const KeptArray& array, std::uint64_t chunk) {
  const auto behind = std::upper_bound(array.segments.begin(), array.segments.end(), chunk,
                                       [](std::uint64_t value, const KeptSegment& one) { return value < one.first_part; });
  const KeptSegment& segment = *std::prev(behind);
  const std::uint64_t row_bytes = array.info.bytes() / array.info.shape.front();
  ChunkPlace place{io::Shape(array.info.shape.size(), 0), 0, segment.rows() * row_bytes};
  if (segment.grid.chunked()) place = segment.grid.place(chunk - segment.first_part);
  place.first.front() += segment.first_row;
  place.offset_bytes += segment.first_row * row_bytes;
  return place;
}

}  // namespace

Archive::Archive(const std::string& path, Opening opening) : reader_(path, 1, opening == Opening::whole) {
  std::error_code failure;
  file_bytes_ = std::filesystem::file_size(path, failure);
  if (failure) file_bytes_ = 0;
  const auto wanted = reader_.text_attribute("", kManifestHash);
  if (!wanted || !reader_.state_->own.contains(kManifest))
    throw data_error(reader_.name(), "was not written by compress-dataset: it has no layout of its originals",
                     "its arrays can be read, but neither checked nor restored");
  const std::vector<std::byte> manifest = own_bytes(kManifest, kLargestManifest);
  if (hex64(hash64(manifest)) != *wanted)
    throw data_error(reader_.name(), "its layout does not match its hash", kDamaged);
  const std::string_view text(reinterpret_cast<const char*>(manifest.data()), manifest.size());
  layout_ = parse_layout(io::Json::parse(text, reader_.name()), reader_.name());
  match_arrays();
  match_parts();
  read_hashes(opening);
}

void Archive::match_parts() {
  const Reader::State& state = *reader_.state_;
  if (state.parts_xxh3 != layout_.parts_xxh3)
    throw data_error(reader_.name(), "the list of its parts does not match its hash", kDamaged);
  for (const JoinedPart& part : state.parts) file_bytes_ += part.bytes;
}

void Archive::read_hashes(Opening opening) {
  std::uint64_t count = 0;
  for (const KeptArray& array : layout_.arrays) {
    first_hash_.push_back(count);
    count += array.alone() ? 0 : array.parts();
  }
  if (count == 0) return;
  try {
    const std::vector<std::byte> hashes = own_bytes(kChunkHashes, kLargestHashes);
    Hash128 found;
    found.add(hashes);
    if (found.hex() != layout_.hashes_xxh3)
      throw data_error(reader_.name(), "its chunk hashes do not match their own hash", kDamaged);
    if (hashes.size() % sizeof(std::uint64_t) != 0 || hashes.size() / sizeof(std::uint64_t) != count)
      throw data_error(reader_.name(),
                       "it has hashes of " + std::to_string(hashes.size() / sizeof(std::uint64_t)) +
                           " chunks, expected " + std::to_string(count),
                       kDamaged);
    hashes_.resize(count);
    std::memcpy(hashes_.data(), hashes.data(), hashes.size());
  } catch (const Error&) {
    if (opening == Opening::whole) throw;
    verifies_chunks_ = false;
  }
}

void Archive::match_arrays() {
  const Reader::State& state = *reader_.state_;
  for (const KeptArray& array : layout_.arrays) {
    std::size_t source = 0;
    if (const auto found = reader_.find(array.info.name))
      source = state.sources[*found];
    else if (const auto own = state.own.find(array.info.name); own != state.own.end())
      source = own->second;
    else
      throw data_error(reader_.name(), "the array \"" + array.info.name + "\" is missing", kDamaged);
    const io::ArrayInfo& info = state.file.arrays[source]->info();
    if (info.type != array.info.type || info.shape != array.info.shape)
      throw data_error(reader_.name(),
                       "the array \"" + array.info.name + "\" has another type or shape than its layout says",
                       kDamaged);
    sources_.push_back(source);
  }
}

std::vector<std::byte> Archive::own_bytes(const char* name, std::uint64_t limit) const {
  const auto found = reader_.state_->own.find(name);
  if (found == reader_.state_->own.end())
    throw data_error(reader_.name(), std::string("/") + name + " is missing", kDamaged);
  const io::ArraySource& source = *reader_.state_->file.arrays[found->second];
  if (source.info().bytes() > limit)
    throw data_error(reader_.name(), std::string("/") + name + " is larger than it can be", kDamaged);
  std::vector<std::byte> bytes(source.info().bytes());
  if (!bytes.empty()) source.read(0, bytes);
  return bytes;
}

void Archive::read(std::size_t array, std::uint64_t offset_bytes, std::span<std::byte> out) const {
  if (!out.empty()) reader_.state_->file.arrays[sources_.at(array)]->read(offset_bytes, out);
}

const io::ArraySource& Archive::original(std::size_t array) const {
  const std::size_t source = sources_.at(array);
  const auto expanded = reader_.state_->expanded.find(source);
  return expanded != reader_.state_->expanded.end() ? *expanded->second : *reader_.state_->file.arrays[source];
}

ChunkPlace Archive::chunk_place(std::size_t array, std::uint64_t chunk) const {
  const KeptArray& kept = layout_.arrays.at(array);
  if (kept.mapped()) return place_in(kept, chunk);
  return kept.grid.chunked() ? kept.grid.place(chunk)
                             : ChunkPlace{io::Shape(kept.info.shape.size(), 0), 0, kept.info.bytes()};
}

std::vector<std::byte> Archive::read_chunk(std::size_t array, std::uint64_t chunk) const {
  const ChunkPlace place = chunk_place(array, chunk);
  std::vector<std::byte> bytes(place.valid_bytes);
  read(array, place.offset_bytes, bytes);
  if (matches(array, chunk, hash64(bytes))) return bytes;
  const std::string where = reader_.name() + ": dataset '" + layout_.arrays[array].info.name + "', chunk " + std::to_string(chunk);
  const std::string part = reader_.state_->file.arrays[sources_[array]]->file_of(place.offset_bytes);
  if (part.empty()) throw data_error(where, "its bytes do not match its hash", kDamaged);
  throw data_error(where, "its bytes, which stand in " + part + ", do not match its hash", "make that part again, then join the parts");
}

bool Archive::matches(std::size_t array, std::uint64_t chunk, std::uint64_t hash) const {
  const KeptArray& kept = layout_.arrays[array];
  if (kept.alone()) return hex64(hash) == kept.xxh3;
  return !verifies_chunks_ || hash == hashes_[first_hash_[array] + chunk];
}

std::vector<std::uint64_t> Archive::chunk_hashes(std::size_t array) const {
  const KeptArray& kept = layout_.arrays.at(array);
  if (kept.alone()) return {parse_hex64(kept.xxh3, reader_.name())};
  const auto first = hashes_.begin() + static_cast<std::ptrdiff_t>(first_hash_[array]);
  return {first, first + static_cast<std::ptrdiff_t>(kept.parts())};
}

std::string Archive::literal(const KeptPiece& piece) const {
  if (piece.text) return *piece.text;
  std::string text(piece.literal_bytes, '\0');
  if (!text.empty()) read(layout_.arrays.size() - 1, piece.literal_offset, std::as_writable_bytes(std::span(text)));
  return text;
}

std::vector<io::Attribute> Archive::attributes_of(const KeptInput& input) const {
  std::vector<io::Attribute> result;
  const std::string group = input.group.substr(0, input.group.empty() ? 0 : input.group.size() - 1);
  for (const auto& [owner, name] : input.attributes) {
    const std::string kept = input.group.empty() ? owner : owner.empty() ? group : input.group + owner;
    const auto& all = reader_.attributes();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const io::Attribute& one) { return one.owner == kept && one.name == name; });
    if (found == all.end())
      throw data_error(reader_.name(), "the attribute \"" + name + "\" of \"" + kept + "\" is missing", kDamaged);
    result.push_back(*found);
    result.back().owner = owner;
  }
  return result;
}

}  // namespace daybreak::dataset
