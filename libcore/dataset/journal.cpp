#include "libcore/dataset/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/codecs/byte_stream.h"
#include "libcore/dataset/chunk_form.h"

namespace daybreak::dataset {
namespace {

constexpr std::string_view kMagic = "daybreak-jrnl/1\n";
constexpr std::size_t kHashedHead = 32, kHead = 40;

std::span<const std::byte> plain(codecs::ByteSpan bytes) {
  return std::as_bytes(bytes);
}

/// The head of an entry, where its hash says that it is one.
struct Head {
  std::uint64_t bytes = 0, xxh3 = 0;
  Digest128 key;
};

std::optional<Head> read_head(std::span<const std::byte> bytes) {
  codecs::ByteReader reader(codec_bytes(bytes));
  Head head;
  head.bytes = reader.fixed<std::uint64_t>();
  head.key.low = reader.fixed<std::uint64_t>();
  head.key.high = reader.fixed<std::uint64_t>();
  head.xxh3 = reader.fixed<std::uint64_t>();
  const bool whole = reader.fixed<std::uint64_t>() == hash64(bytes.first(kHashedHead)) && reader.finished();
  return whole ? std::optional(head) : std::nullopt;
}

codecs::ByteWriter write_head(const Head& head) {
  codecs::ByteWriter out;
  for (const std::uint64_t field : {head.bytes, head.key.low, head.key.high, head.xxh3}) out.fixed(field);
  out.fixed(hash64(plain(out.span())));
  return out;
}

bool same_file(int descriptor, const std::string& path) {
  struct stat open {
  }, named{};
  return fstat(descriptor, &open) == 0 && stat(path.c_str(), &named) == 0 && open.st_dev == named.st_dev &&
         open.st_ino == named.st_ino;
}

std::unique_ptr<io::InputFile> open_locked(const std::string& path) {
  for (;;) {
    const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
    if (descriptor < 0) throw system_error("create", path, errno);
    const io::InputFile closes(path, descriptor);
    struct stat status {};
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
      throw Error(ExitStatus::cannot_create, "a journal must be a regular file", "name another one", path);
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) throw system_error("lock", path, errno);
      throw Error(ExitStatus::try_again, "another process is using this journal",
                  "wait for it, or name another journal", path);
    }
    // One that finished between our open and our lock has removed the file that we hold; one that was killed has made
    // it longer. The copy shares the lock.
    if (same_file(descriptor, path))
      return std::make_unique<io::InputFile>(path, fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
  }
}

}  // namespace

Journal::Journal(const std::string& path) : path_(path), file_(open_locked(path)) {
  begin();
  index();
  if (end_ < file_->size() && ftruncate(file_->descriptor(), static_cast<off_t>(end_)) != 0)
    throw system_error("write", path_, errno);
}

void Journal::begin() {
  std::string magic(kMagic.size(), '\0');
  magic.resize(file_->read_some(0, std::as_writable_bytes(std::span(magic))));
  if (!kMagic.starts_with(magic))
    throw data_error(path_, "is no journal of compress-dataset",
                     "name a new file, or the journal of a run that was cut off");
  if (magic != kMagic) write_at_end(std::as_bytes(std::span(kMagic)));
  end_ = kMagic.size();
}

void Journal::index() {
  std::array<std::byte, kHead> bytes;
  while (file_->read_some(end_, bytes) == kHead) {
    const std::optional<Head> head = read_head(bytes);
    if (!head || head->bytes > file_->size() - end_ - kHead) return;
    places_.insert_or_assign(head->key, Place{end_ + kHead, head->bytes, head->xxh3});
    end_ += kHead + head->bytes;
  }
}

std::optional<std::vector<std::byte>> Journal::find(const Digest128& key) const {
  const auto found = places_.find(key);
  if (found == places_.end()) return std::nullopt;
  const Place& place = found->second;
  std::vector<std::byte> payload(place.bytes);
  if (file_->read_some(place.offset, payload) != payload.size() || hash64(payload) != place.xxh3) return std::nullopt;
  return payload;
}

void Journal::append(const Digest128& key, std::span<const std::byte> payload) {
  const codecs::ByteWriter head = write_head({payload.size(), hash64(payload), key});
  const std::lock_guard lock(appending_);
  write_at_end(plain(head.span()));
  write_at_end(payload);
}

void Journal::write_at_end(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(file_->descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(end_));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw system_error("write", path_, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    end_ += static_cast<std::uint64_t>(written);
  }
}

void Journal::remove() {
  if (unlink(path_.c_str()) != 0) throw system_error("remove", path_, errno);
}

}  // namespace daybreak::dataset
