#include "libcore/io/scratch_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "libcore/base/error.h"

namespace daybreak::io {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 16;

}  // namespace

int unlinked_file() {
  const char* folder = std::getenv("TMPDIR");
  std::string pattern = std::string(folder != nullptr && *folder != '\0' ? folder : "/tmp") + "/daybreak-XXXXXX";
  const int descriptor = mkostemp(pattern.data(), O_CLOEXEC);
  if (descriptor < 0) throw system_error("create", pattern, errno);
  unlink(pattern.c_str());
  return descriptor;
}

void append_to(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw system_error("write", "the temporary copy of an input", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

ScratchWriter::~ScratchWriter() {
  if (descriptor_ >= 0) close(descriptor_);
}

ScratchWriter::ScratchWriter(ScratchWriter&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_), buffer_(std::move(other.buffer_)) {}

void ScratchWriter::flush() {
  if (descriptor_ < 0) descriptor_ = unlinked_file();
  append_to(descriptor_, buffer_);
  buffer_.clear();
}

void ScratchWriter::append(std::span<const std::byte> bytes) {
  if (buffer_.size() + bytes.size() > kBuffer) flush();
  if (bytes.size() > kBuffer)
    append_to(descriptor_, bytes);
  else
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  size_ += bytes.size();
}

std::shared_ptr<const InputFile> ScratchWriter::finish(std::string name) {
  flush();
  return std::make_shared<InputFile>(std::move(name), std::exchange(descriptor_, -1));
}

}  // namespace daybreak::io
