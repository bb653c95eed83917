#pragma once
// Temporary files without a name: what an input unpacks to or what a reader derives, without holding it in memory.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "libcore/io/input_file.h"

namespace daybreak::io {

/// The descriptor of an empty file in $TMPDIR (else /tmp) that vanishes when it is closed. Error (cannot_create, io).
int unlinked_file();
/// Appends all of `bytes`; Error (io) that speaks of the temporary copy of an input.
void append_to(int descriptor, std::span<const std::byte> bytes);

/// Collects bytes in order and turns into an input. Buffered: appending single numbers is cheap. The file is created with
/// the first bytes that do not fit the buffer, so that many small ones cost little until finish().
class ScratchWriter {
 public:
  ScratchWriter() = default;
  ~ScratchWriter();
  ScratchWriter(ScratchWriter&& other) noexcept;
  ScratchWriter& operator=(ScratchWriter&&) = delete;

  void append(std::span<const std::byte> bytes);
  template <class Number>
  void append_number(Number value) {
    append(std::as_bytes(std::span(&value, 1)));
  }
  /// How many bytes were appended.
  std::uint64_t size() const { return size_; }
  /// The bytes as an input; nothing may be appended afterwards.
  std::shared_ptr<const InputFile> finish(std::string name);

 private:
  void flush();

  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::vector<std::byte> buffer_;
};

}  // namespace daybreak::io
