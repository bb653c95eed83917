#pragma once
// Any input as a seekable file of known length: a path, "-" for stdin, and gzip- or zstd-compressed files unpacked aside.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "libcore/base/stop.h"

namespace daybreak::io {

/// How much a compressed or piped input may unpack to before it is taken for an attack.
inline constexpr std::uint64_t kUnpackedLimit = std::uint64_t{1} << 40;

/// An open input. Reads are by position (pread), so that a file cut short while it is read is an error and no signal.
class InputFile {
 public:
  /// Opens `path`; "-" is stdin, spooled to an unlinked temporary file. Files that begin as gzip or zstd do are unpacked
  /// to one too. With `stop`, which must outlive this, both and every later read end when asked to. Errors: Error (no_input, data
  /// for a broken stream and for a device, which need not end, io).
  explicit InputFile(const std::string& path, const StopToken* stop = nullptr, std::uint64_t unpacked_limit = kUnpackedLimit);
  /// Takes over an open descriptor of a regular file, such as a temporary copy; `name` is for messages. Error (io).
  InputFile(std::string name, int descriptor);
  /// Bytes [offset, offset + size) of another input as one of its own. Both must lie within it, or Error (data).
  InputFile(std::string name, std::shared_ptr<const InputFile> whole, std::uint64_t offset, std::uint64_t size);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// How messages call it: the path, or "stdin".
  const std::string& name() const { return name_; }
  /// The path that it was opened by; empty for stdin, parts of others and temporary copies.
  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }
  bool was_compressed() const { return was_compressed_; }
  /// True where this is a part of another input, so that descriptor() is the whole one's.
  bool is_part() const { return whole_ != nullptr; }
  int descriptor() const { return descriptor_; }
  /// What ends reads of it, or null.
  const StopToken* stop() const { return stop_; }
  /// Fills `out` from `offset`; Error (data) where the file is shorter. Thread-safe.
  void read_at(std::uint64_t offset, std::span<std::byte> out) const;
  /// Up to out.size() bytes from `offset`; returns how many there were.
  std::size_t read_some(std::uint64_t offset, std::span<std::byte> out) const;
  /// Bytes [offset, offset + length) as text, checked against the size first.
  std::string text_at(std::uint64_t offset, std::uint64_t length) const;

 private:
  std::string name_, path_;
  int descriptor_ = -1;
  std::uint64_t base_ = 0, size_ = 0;
  std::shared_ptr<const InputFile> whole_;
  const StopToken* stop_ = nullptr;
  bool was_compressed_ = false;
};

}  // namespace daybreak::io
