#include "libcore/dataset/part_set.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/base/utf8.h"
#include "libcore/io/beneath.h"

namespace daybreak::dataset {
namespace fs = std::filesystem;
namespace {

constexpr const char* kElsewhere = "move all parts into the folder of the joined file, or below it";

/// The part's path from the folder of the joined file on, both behind all symbolic links.
std::string path_beneath(const std::string& file, const fs::path& folder) {
  std::error_code failure;
  const fs::path real = fs::canonical(file, failure);
  if (failure) throw system_error("open", file, failure.value());
  const std::string path = real.lexically_relative(folder).generic_string();
  if (path == ".." || path.starts_with("../"))
    throw usage_error(file + " does not lie in the folder of the joined file, " + folder.string(), kElsewhere);
  if (!io::is_path_beneath(path) || !is_utf8(path))
    throw usage_error(file + " cannot be named in the joined file: its path from there has a backslash, control characters, "
                             "what is no UTF-8, or more than 1024 bytes",
                      "rename the part");
  return path;
}

std::vector<std::byte> read_all(const Archive& archive, std::size_t array) {
  std::vector<std::byte> bytes;
  for (std::uint64_t chunk = 0; chunk < archive.layout().arrays[array].parts(); ++chunk) {
    const std::vector<std::byte> next = archive.read_chunk(array, chunk);
    bytes.insert(bytes.end(), next.begin(), next.end());
  }
  return bytes;
}

PartFile look_at(const std::string& file, const fs::path& folder) {
  const Archive archive(file);
  const Layout& layout = archive.layout();
  if (layout.joined()) throw data_error(file, "is itself joined of parts", "name its parts");
  if (!layout.shard)
    throw data_error(file, "is no part of a dataset: it was compressed whole", "join takes files made with --shard");
  PartFile found;
  found.name = file;
  found.part = {path_beneath(file, folder), archive.reader().text_attribute("", kManifestHash).value_or(""),
                archive.file_bytes()};
  found.layout = layout;
  for (std::size_t i = 0; i < layout.arrays.size(); ++i) {
    const bool ours = i >= layout.shard->arrays.size();  // literals
    const bool anew = ours || layout.shard->arrays[i].division != Division::rows;
    if (anew) found.bytes.emplace(i, read_all(archive, i));
    found.hashes.push_back(archive.chunk_hashes(i));
  }
  if (layout.shard->shard.index == 1) found.attributes = archive.reader().attributes();
  return found;
}

std::string of(const Shard& shard) {
  return "part " + std::to_string(shard.index) + " of " + std::to_string(shard.count);
}

/// Error unless both can be parts of one whole.
void check_alike(const PartFile& first, const PartFile& other) {
  const ShardRecord &a = *first.layout.shard, &b = *other.layout.shard;
  if (a.shard.count != b.shard.count)
    throw data_error(other.name, "is " + of(b.shard) + ", but " + first.name + " is " + of(a.shard),
                     "join parts of one division");
  if (a.fingerprint != b.fingerprint)
    throw data_error(other.name, "was made of other inputs or with other options than " + first.name,
                     "make it again with the same inputs, --columns, --label, bounds and the like");
  if (a.shard.index == b.shard.index)
    throw data_error(other.name, "is " + of(b.shard) + ", and so is " + first.name, "name one of them");
}

void check_complete(const std::vector<PartFile>& parts) {
  const std::uint64_t count = parts.front().layout.shard->shard.count;
  std::vector<std::string> missing;
  for (std::uint64_t index = 1; index <= count; ++index) {
    const bool there = std::any_of(parts.begin(), parts.end(),
                                   [&](const PartFile& part) { return part.layout.shard->shard.index == index; });
    if (!there) missing.push_back(std::to_string(index));
  }
  if (missing.empty()) return;
  const std::string first = missing.front() + "/" + std::to_string(count);
  throw Error(ExitStatus::data,
              (missing.size() == 1 ? "part " : "parts ") + joined(missing) + " of " + std::to_string(count) +
                  (missing.size() == 1 ? " is missing" : " are missing"),
              "make what is missing with --shard " + first + (missing.size() == 1 ? "" : " and so on") +
                  ", then join all parts");
}

}  // namespace

std::vector<PartFile> gather_parts(const std::vector<std::string>& files, const fs::path& folder) {
  std::error_code failure;
  const fs::path real = fs::canonical(folder.empty() ? "." : folder, failure);
  if (failure) throw system_error("open", folder.string(), failure.value());
  std::vector<PartFile> parts;
  for (const std::string& file : files) {
    PartFile next = look_at(file, real);
    for (const PartFile& known : parts) check_alike(known, next);
    parts.push_back(std::move(next));
  }
  check_complete(parts);
  std::sort(parts.begin(), parts.end(), [](const PartFile& a, const PartFile& b) {
    return a.layout.shard->shard.index < b.layout.shard->shard.index;
  });
  return parts;
}

void check_arrays(const std::vector<PartFile>& parts) {
  const Layout& layout = parts.front().layout;
  const std::vector<ShardArray>& first = layout.shard->arrays;
  const bool literals = layout.arrays.size() == first.size() + 1 && layout.arrays.back().info.name == kLiterals;
  if (layout.whole.empty() || (layout.arrays.size() != first.size() && !literals))
    throw data_error(parts.front().name, "does not say what the whole is", "make the part again");
  for (std::size_t i = 0; i < first.size(); ++i) {
    const io::ArrayInfo& like = parts.front().layout.arrays[i].info;
    std::uint64_t rows = 0;
    if (first[i].division == Division::offsets && (like.type != io::DType::i64 || like.shape.size() != 1))
      throw data_error(parts.front().name, "\"" + like.name + "\" holds no offsets of samples", "make the part again");
    for (const PartFile& part : parts) {
      const auto fail = [&](const std::string& what) {
        throw data_error(part.name, "\"" + like.name + "\" " + what, "make the part again");
      };
      const ShardRecord& told = *part.layout.shard;
      if (told.arrays.size() != first.size()) fail("is one of another number of arrays than in " + parts.front().name);
      const io::ArrayInfo& info = part.layout.arrays[i].info;
      io::Shape shape = info.shape;
      if (!shape.empty() && !like.shape.empty()) shape[0] = like.shape[0];
      if (info.name != like.name || info.type != like.type || shape != like.shape ||
          told.arrays[i].division != first[i].division || told.arrays[i].rows != first[i].rows)
        fail("is " + info.name + " " + io::type_and_shape(info) + ", other than in " + parts.front().name);
      if (first[i].division == Division::whole) {
        if (part.bytes.at(i) != parts.front().bytes.at(i)) fail("differs from that in " + parts.front().name);
        continue;
      }
      // Both ends of a part are offsets, so that the first one of the next is the last one of this.
      const bool again = first[i].division == Division::offsets && rows > 0;
      if (told.arrays[i].first != rows - (again ? 1 : 0))
        fail("begins at row " + std::to_string(told.arrays[i].first) + ", expected " + std::to_string(rows));
      rows = told.arrays[i].first + info.shape[0];
    }
    if (first[i].division != Division::whole && rows != first[i].rows)
      throw data_error(parts.back().name, "\"" + like.name + "\" ends at row " + std::to_string(rows) + " of " +
                                              std::to_string(first[i].rows),
                       "make the part again");
  }
}

}  // namespace daybreak::dataset
