#include "libcore/io/input_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/read_clock.h"
#include "libcore/io/scratch_file.h"
#include "libcore/io/waiting_read.h"

namespace daybreak::io {
namespace {

constexpr std::size_t kBlock = 1 << 18;

thread_local std::chrono::steady_clock::duration thread_read_time{};

/// Adds the time that it lives to what this thread has waited for reads.
class ReadClock {
 public:
  ReadClock() = default;
  ~ReadClock() { thread_read_time += std::chrono::steady_clock::now() - began_; }
  ReadClock(const ReadClock&) = delete;
  ReadClock& operator=(const ReadClock&) = delete;

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

void ask(const StopToken* stop) {
  if (stop != nullptr) stop->check();
}

/// A copy in the making, which vanishes where it is not taken.
class Copy {
 public:
  Copy(const std::string& name, std::uint64_t limit) : name_(name), limit_(limit) {}
  ~Copy() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  void append(std::span<const std::byte> bytes) {
    total_ += bytes.size();
    if (total_ > limit_) throw data_error(name_, "unpacks to more than " + std::to_string(limit_) + " bytes");
    append_to(descriptor_, bytes);
  }
  int take() { return std::exchange(descriptor_, -1); }

 private:
  const std::string& name_;
  std::uint64_t limit_, total_ = 0;
  int descriptor_ = unlinked_file();
};

int spool(int source, const std::string& name, std::uint64_t limit, const StopToken* stop) {
  Copy copy(name, limit);
  std::vector<std::byte> block(kBlock);
  while (const std::size_t got = read_waiting(source, block, name, stop)) copy.append(std::span(block).first(got));
  return copy.take();
}

using Archive = std::unique_ptr<archive, decltype(&archive_read_free)>;

/// Of several gzip streams one after the other, one that does not begin as such would be left out with all after it. Zeros
/// are what tapes and downloads are filled up with.
void check_end(archive* reader, int packed, const std::string& name) {
  std::vector<std::byte> block(kBlock);
  for (std::int64_t at = archive_filter_bytes(reader, -1);;) {
    const ssize_t got = pread(packed, block.data(), block.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("read", name, errno);
    if (got == 0) return;
    at += got;
    if (std::any_of(block.begin(), block.begin() + got, [](std::byte byte) { return byte != std::byte{0}; }))
      throw data_error(name, "the compressed stream ends at byte " +
                                 std::to_string(archive_filter_bytes(reader, -1)) + ", but the file goes on",
                       "is the file damaged? else cut off what follows");
  }
}

int unpack(int packed, const std::string& name, std::uint64_t limit, const StopToken* stop) {
  const Archive reader(archive_read_new(), archive_read_free);
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_zstd(reader.get());
  archive_read_support_format_raw(reader.get());
  const auto check = [&](int status) {
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
      const char* reason = archive_error_string(reader.get());
      throw data_error(name, std::string("the compressed stream is broken") + (reason ? std::string(": ") + reason : ""),
                       "is the file cut short?");
    }
  };
  lseek(packed, 0, SEEK_SET);
  check(archive_read_open_fd(reader.get(), packed, kBlock));
  archive_entry* entry = nullptr;
  check(archive_read_next_header(reader.get(), &entry));
  // Where the library does not take it for packed it would hand the packed bytes through.
  if (archive_filter_code(reader.get(), 0) == ARCHIVE_FILTER_NONE)
    throw data_error(name, "the compressed stream is broken: its header is incomplete", "is the file cut short?");
  Copy copy(name, limit);
  std::vector<std::byte> block(kBlock);
  for (;;) {
    ask(stop);
    const la_ssize_t got = archive_read_data(reader.get(), block.data(), block.size());
    if (got < 0) check(ARCHIVE_FATAL);
    if (got == 0) break;
    copy.append(std::span(block).first(static_cast<std::size_t>(got)));
  }
  check_end(reader.get(), packed, name);
  return copy.take();
}

bool looks_compressed(int descriptor) {
  std::array<unsigned char, 4> magic{};
  const ssize_t got = pread(descriptor, magic.data(), magic.size(), 0);
  // Deflate is gzip's only method, and three of its flags are none: numbers that begin as it does are hardly ever met.
  const bool gzip = got >= 3 && magic[0] == 0x1f && magic[1] == 0x8b && magic[2] == 8 && (magic[3] & 0xe0) == 0;
  const bool zstd = got == 4 && magic[0] == 0x28 && magic[1] == 0xb5 && magic[2] == 0x2f && magic[3] == 0xfd;
  return gzip || zstd;
}

}  // namespace

InputFile::InputFile(const std::string& path, const StopToken* stop, std::uint64_t unpacked_limit)
    : name_(path == "-" ? "stdin" : path), path_(path == "-" ? "" : path), descriptor_(open_for_reading(path)), stop_(stop) {
  const auto replace = [this](int copy) {
    close(std::exchange(descriptor_, copy));
    path_.clear();  // what is read now lies nowhere
  };
  try {
    struct stat status {};
    if (fstat(descriptor_, &status) != 0) throw system_error("open", name_, errno);
    if (S_ISDIR(status.st_mode)) throw system_error("open", name_, EISDIR);
    if (!S_ISREG(status.st_mode)) replace(spool(descriptor_, name_, unpacked_limit, stop));
    was_compressed_ = looks_compressed(descriptor_);
    if (was_compressed_) replace(unpack(descriptor_, name_, unpacked_limit, stop));
    if (fstat(descriptor_, &status) != 0) throw system_error("read", name_, errno);
    size_ = static_cast<std::uint64_t>(status.st_size);
  } catch (...) {
    close(descriptor_);
    throw;
  }
}

InputFile::InputFile(std::string name, int descriptor) : name_(std::move(name)), descriptor_(descriptor) {
  struct stat status {};
  if (fstat(descriptor_, &status) != 0) {
    const int failure = errno;
    close(descriptor_);
    throw system_error("read", name_, failure);
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

InputFile::InputFile(std::string name, std::shared_ptr<const InputFile> whole, std::uint64_t offset, std::uint64_t size)
    : name_(std::move(name)), descriptor_(whole->descriptor_), base_(whole->base_ + offset), size_(size), stop_(whole->stop_) {
  if (offset > whole->size_ || size > whole->size_ - offset)
    throw data_error(name_, "reaches past the end of " + whole->name_);
  whole_ = std::move(whole);
}

InputFile::~InputFile() {
  if (!whole_) close(descriptor_);
}

double thread_read_s() {
  return std::chrono::duration<double>(thread_read_time).count();
}

std::size_t InputFile::read_some(std::uint64_t offset, std::span<std::byte> out) const {
  const ReadClock clock;
  if (whole_) out = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - std::min(offset, size_))));
  std::size_t done = 0;
  while (done < out.size()) {
    ask(stop_);
    const ssize_t got = pread(descriptor_, out.data() + done, out.size() - done, static_cast<off_t>(base_ + offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("read", name_, errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void InputFile::read_at(std::uint64_t offset, std::span<std::byte> out) const {
  if (offset > size_ || out.size() > size_ - offset || read_some(offset, out) != out.size())
    throw data_error(name_, "ends after " + std::to_string(size_) + " bytes, but " + std::to_string(out.size()) +
                                " bytes were expected at byte " + std::to_string(offset), "is the file cut short?");
}

std::string InputFile::text_at(std::uint64_t offset, std::uint64_t length) const {
  if (offset > size_ || length > size_ - offset) read_at(offset, std::span<std::byte>(static_cast<std::byte*>(nullptr), length));
  std::string text(length, '\0');
  read_at(offset, std::as_writable_bytes(std::span(text)));
  return text;
}

}  // namespace daybreak::io
