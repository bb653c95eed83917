#include "libcore/io/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/file_array.h"
#include "libcore/io/scratch_file.h"

namespace daybreak::io {
namespace {

constexpr std::size_t kBlock = 1 << 18;
constexpr std::size_t kMostMembers = 1'000'000;

/// Where libarchive reads: by position, so that the descriptor's own offset plays no part.
struct Source {
  const InputFile& file;
  std::uint64_t offset = 0;
  std::vector<std::byte> block = std::vector<std::byte>(kBlock);
};

// Called from C: no exception may pass, a failed read ends the archive with an error.
la_ssize_t read_block(archive* reader, void* data, const void** out) {
  auto& source = *static_cast<Source*>(data);
  *out = source.block.data();
  try {
    const std::size_t got = source.file.read_some(source.offset, source.block);
    source.offset += got;
    return static_cast<la_ssize_t>(got);
  } catch (const std::exception& error) {
    archive_set_error(reader, ARCHIVE_FATAL, "%s", error.what());
    return ARCHIVE_FATAL;
  }
}

la_int64_t seek(archive*, void* data, la_int64_t offset, int whence) {
  auto& source = *static_cast<Source*>(data);
  const auto size = static_cast<la_int64_t>(source.file.size());
  const la_int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? static_cast<la_int64_t>(source.offset) : size;
  if (offset < -from || offset > size - from) return ARCHIVE_FATAL;
  source.offset = static_cast<std::uint64_t>(from + offset);
  return from + offset;
}

la_int64_t skip(archive*, void* data, la_int64_t wanted) {
  auto& source = *static_cast<Source*>(data);
  const auto left = static_cast<la_int64_t>(source.file.size() - std::min(source.offset, source.file.size()));
  const la_int64_t skipped = std::clamp<la_int64_t>(wanted, 0, left);
  source.offset += static_cast<std::uint64_t>(skipped);
  return skipped;
}

class Unpacker {
 public:
  Unpacker(const InputFile& file, ArchiveKind kind, std::uint64_t limit)
      : source_{file}, limit_(limit), reader_(archive_read_new(), archive_read_free) {
    if (kind == ArchiveKind::tar) archive_read_support_format_tar(reader_.get());
    else archive_read_support_format_zip_seekable(reader_.get());  // by its directory: without one a cut file would pass
    archive_read_set_read_callback(reader_.get(), read_block);
    archive_read_set_seek_callback(reader_.get(), seek);
    archive_read_set_skip_callback(reader_.get(), skip);
    archive_read_set_callback_data(reader_.get(), &source_);
    check(archive_read_open1(reader_.get()), file.name());
  }

  std::vector<ArchiveMember> run() {
    archive_entry* entry = nullptr;
    for (;;) {
      const int status = archive_read_next_header(reader_.get(), &entry);
      if (status == ARCHIVE_EOF) break;
      check(status, source_.file.name());
      if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) continue;
      take(entry);
    }
    return finish();
  }

 private:
  struct Extent {
    std::string name;
    std::uint64_t begin = 0, size = 0;
  };

  std::string called(const std::string& member) const { return source_.file.name() + ": " + member; }

  void check(la_ssize_t status, const std::string& where) const {
    if (status >= ARCHIVE_OK || status == ARCHIVE_WARN) return;
    const char* reason = archive_error_string(reader_.get());
    throw data_error(where, std::string("the archive is broken: ") + (reason ? reason : "unknown"), "is the file cut short?");
  }

  void take(archive_entry* entry) {
    const char* text = archive_entry_pathname(entry);
    std::string name = text ? text : "";
    while (name.starts_with("./")) name.erase(0, 2);
    check_member_name(name, source_.file.name());
    if (archive_entry_is_encrypted(entry)) throw data_error(called(name), "encrypted members are not read");
    if (archive_entry_sparse_count(entry) > 0)
      throw data_error(called(name), "sparse members are not read", "pack it with tar without --sparse");
    if (!names_.insert(name).second) throw data_error(source_.file.name(), "the member \"" + name + "\" appears twice");
    if (extents_.size() == kMostMembers) throw data_error(source_.file.name(), "more than a million members");
    const std::uint64_t begin = writer_.size();
    for (;;) {
      const la_ssize_t got = archive_read_data(reader_.get(), block_.data(), block_.size());
      check(got, called(name));
      if (got == 0) break;
      if (static_cast<std::uint64_t>(got) > limit_ - writer_.size())
        throw data_error(source_.file.name(), "unpacks to more than " + std::to_string(limit_) + " bytes");
      writer_.append(std::span(block_).first(static_cast<std::size_t>(got)));
    }
    extents_.push_back({std::move(name), begin, writer_.size() - begin});
  }

  std::vector<ArchiveMember> finish() {
    const auto whole = writer_.finish(source_.file.name());
    std::vector<ArchiveMember> members;
    for (Extent& extent : extents_) {
      auto file = std::make_shared<const InputFile>(called(extent.name), whole, extent.begin, extent.size);
      members.push_back({std::move(extent.name), std::move(file)});
    }
    return members;
  }

  Source source_;
  std::uint64_t limit_;
  std::unique_ptr<archive, decltype(&archive_read_free)> reader_;
  ScratchWriter writer_;
  std::vector<std::byte> block_ = std::vector<std::byte>(kBlock);
  std::vector<Extent> extents_;
  std::set<std::string> names_;
};

}  // namespace

void check_member_name(const std::string& name, const std::string& archive) {
  // Such a name would lead nowhere here, but nobody means well with it.
  check_array_name(name, archive);
  bool climbs = name.starts_with('/');
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    climbs = climbs || std::string_view(name).substr(at, end - at) == "..";
    at = end + 1;
  }
  if (climbs) throw data_error(archive, "the member name \"" + name + "\" leads outside the archive");
}

std::vector<ArchiveMember> unpack_archive(const std::shared_ptr<const InputFile>& archive, ArchiveKind kind, std::uint64_t unpacked_limit) {
  return Unpacker(*archive, kind, unpacked_limit).run();
}

}  // namespace daybreak::io
