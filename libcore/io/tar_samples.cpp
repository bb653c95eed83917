#include "libcore/io/tar_samples.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/stretches.h"
#include "libcore/io/tar_members.h"

namespace daybreak::io {
namespace {

constexpr std::size_t kMostEndings = 64;
constexpr std::uint64_t kMostBetween = std::uint64_t{1} << 30;  // bytes of headers and the like, kept in memory

/// The parts of "folder/key.left.jpg": "folder/key" and "left.jpg"; nothing for a name without an ending.
std::optional<std::pair<std::string, std::string>> split_name(const std::string& name) {
  const auto base = name.rfind('/') == std::string::npos ? 0 : name.rfind('/') + 1;
  const auto dot = name.find('.', base);
  if (dot == std::string::npos || dot == base || dot + 1 == name.size()) return std::nullopt;
  std::string ending = name.substr(dot + 1);
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::pair{name.substr(0, dot), std::move(ending)};
}

/// All members of one ending: where they stand, and where each sample begins among them.
struct Field {
  std::vector<Stretch> stretches;
  std::vector<std::int64_t> offsets{0};
  std::uint64_t bytes = 0;
  std::size_t members = 0;

  /// Gives the samples that have had no such member an empty one.
  void fill(std::size_t samples) { offsets.resize(samples + 1, static_cast<std::int64_t>(bytes)); }
};

/// A member that belongs to a sample.
struct Placed {
  const TarMember* member;
  std::string ending;
  std::uint64_t first_byte;  // within its field
};

class Shard {
 public:
  explicit Shard(std::shared_ptr<const InputFile> archive) : archive_(std::move(archive)) {}

  ArrayFile open() {
    members_ = tar_members(*archive_);
    for (const TarMember& member : members_) place(member);
    if (names_.empty())
      throw data_error(archive_->name(), "no member is called as those of samples are, such as 000.jpg",
                       "leave out --input-format webdataset to take each member as a file of its own");
    ArrayFile file;
    file.name = archive_->name();
    file.format = "webdataset";
    const std::map<std::string, std::size_t> index = add_fields(file);
    add_sample_names(file, names_);
    add_labels(file);
    file.pieces = pieces(index);
    return file;
  }

 private:
  void place(const TarMember& member) {
    auto parts = split_name(member.name);
    if (!parts) return;  // kept between the samples
    if (names_.empty() || names_.back() != parts->first) {
      names_.push_back(parts->first);
      endings_.clear();
    }
    if (!endings_.insert(parts->second).second)
      throw data_error(archive_->name(), "the sample \"" + names_.back() + "\" has two members ." + parts->second,
                       "give each sample a name of its own up to the first dot");
    Field& field = fields_[parts->second];
    if (fields_.size() > kMostEndings)
      throw data_error(archive_->name(), "its members have more than 64 endings, so that they are no samples",
                       "use --input-format tar to take each member as a file of its own");
    field.fill(names_.size() - 1);
    placed_.push_back({&member, parts->second, field.bytes});
    append_stretch(field.stretches, {member.begin, member.bytes});
    field.bytes += member.bytes;
    ++field.members;
    field.fill(names_.size());
  }

  std::map<std::string, std::size_t> add_fields(ArrayFile& file) {
    std::map<std::string, std::size_t> index;
    for (auto& [ending, field] : fields_) {
      field.fill(names_.size());
      index[ending] = file.arrays.size();
      const auto read = [archive = archive_](std::uint64_t at, std::span<std::byte> out) { archive->read_at(at, out); };
      add_sample_bytes(file, ending,
                       stretched_array({ending + "/bytes", DType::u8, {field.bytes}}, field.stretches, read),
                       field.offsets);
    }
    return index;
  }

  void add_labels(ArrayFile& file) const {
    const auto field = fields_.find("cls");
    if (field == fields_.end() || field->second.members != names_.size()) return;
    std::vector<std::int64_t> labels;
    for (const Placed& placed : placed_) {
      if (placed.ending != "cls") continue;
      const auto label = integer(*placed.member);
      if (!label) return;
      labels.push_back(*label);
    }
    add_sample_labels(file, labels, {});
  }

  std::optional<std::int64_t> integer(const TarMember& member) const {
    constexpr std::uint64_t kLongest = 32;
    if (member.bytes > kLongest) return std::nullopt;
    const std::string text = archive_->text_at(member.begin, member.bytes);
    const auto first = text.find_first_not_of(" \t\r\n"), last = text.find_last_not_of(" \t\r\n");
    if (first == std::string::npos) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data() + first, text.data() + last + 1, value);
    return error == std::errc() && end == text.data() + last + 1 ? std::optional(value) : std::nullopt;
  }

  /// What lies between the samples' members, and these.
  std::vector<Piece> pieces(const std::map<std::string, std::size_t>& index) const {
    std::vector<Piece> pieces;
    std::uint64_t at = 0, kept = 0;
    const auto keep_until = [&](std::uint64_t end) {
      if (end == at) return;
      kept += end - at;
      if (kept > kMostBetween)
        throw data_error(archive_->name(), "more than 1 GiB of it belongs to no sample",
                         "use --input-format tar to take each member as a file of its own");
      pieces.push_back({archive_->text_at(at, end - at)});
    };
    for (const Placed& placed : placed_) {
      if (placed.member->bytes == 0) continue;
      keep_until(placed.member->begin);
      Piece run;
      run.array = static_cast<std::int64_t>(index.at(placed.ending));
      run.first_byte = placed.first_byte;
      run.run_bytes = placed.member->bytes;
      pieces.push_back(std::move(run));
      at = placed.member->begin + placed.member->bytes;
    }
    keep_until(archive_->size());
    return pieces;
  }

  std::shared_ptr<const InputFile> archive_;
  std::vector<TarMember> members_;
  std::vector<std::string> names_;
  std::set<std::string> endings_;  // of the sample under way
  std::map<std::string, Field> fields_;
  std::vector<Placed> placed_;
};

}  // namespace

bool is_sample_shard(const InputFile& archive) {
  try {
    const std::vector<TarMember> members = tar_members(archive);
    return std::any_of(members.begin(), members.end(), [](const TarMember& member) {
      return split_name(member.name) && (is_image_name(member.name) || member.name.ends_with(".cls"));
    });
  } catch (const Error&) {
    return false;  // it is for the general reader to say what is wrong
  }
}

ArrayFile open_tar_samples(const std::shared_ptr<const InputFile>& archive) {
  return Shard(archive).open();
}

}  // namespace daybreak::io
