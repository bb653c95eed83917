#pragma once
// Results of long work, kept in a file beside the output, so that a run that was cut off need not do that work again.
//
// The file, little-endian: kMagic, then entries: bytes of the payload (64 bits), key (128), XXH3 of the payload (64),
// XXH3 of these 32 bytes (64); the payload. Whatever a crash tore or a disk damaged is told by these hashes and not
// used.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "libcore/dataset/hash.h"
#include "libcore/io/input_file.h"

namespace daybreak::dataset {

/// An open journal. It is locked while this lives, and only its keys are in memory. Thread-safe, remove() apart.
class Journal {
 public:
  /// Opens or creates it, and cuts off what a torn end left. Error (try_again) where another process has it open, Error
  /// (data) where the file is something else, Error (cannot_create, io).
  explicit Journal(const std::string& path);

  /// What stood under that key when the journal was opened; nothing where it is damaged.
  std::optional<std::vector<std::byte>> find(const Digest128& key) const;
  /// Error (io), such as for a full disk; what was kept before stays.
  void append(const Digest128& key, std::span<const std::byte> payload);
  /// Removes the file: nothing is left to do again.
  void remove();

  /// How many results were taken from it, as its user counts them.
  void count_taken() { ++taken_; }
  std::uint64_t taken() const { return taken_; }

 private:
  struct Place {
    std::uint64_t offset, bytes, xxh3;
  };
  struct KeyHash {
    std::size_t operator()(const Digest128& key) const { return key.low; }
  };
  void begin();
  void index();
  void write_at_end(std::span<const std::byte> bytes);

  std::string path_;
  std::unique_ptr<io::InputFile> file_;
  std::unordered_map<Digest128, Place, KeyHash> places_;
  std::mutex appending_;
  std::uint64_t end_ = 0;
  std::atomic<std::uint64_t> taken_ = 0;
};

}  // namespace daybreak::dataset
