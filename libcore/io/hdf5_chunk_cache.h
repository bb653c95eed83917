#pragma once
// The decoded chunks that were used last, of all arrays of a file together.
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace daybreak::io {

/// Holds chunks of at most `limit_bytes` and at most 64 of them, but the last one whatever its size. All caches of the
/// process share the limit evenly, so that many open files take no more than one. Thread-safe.
class Hdf5ChunkCache {
 public:
  using Bytes = std::shared_ptr<const std::vector<std::byte>>;
  struct Key {
    std::size_t array;    // the same number for the same array of the file
    std::uint64_t chunk;  // Hdf5Chunk::index
    bool operator==(const Key&) const = default;
  };

  explicit Hdf5ChunkCache(std::size_t limit_bytes);
  ~Hdf5ChunkCache();
  Hdf5ChunkCache(const Hdf5ChunkCache&) = delete;
  Hdf5ChunkCache& operator=(const Hdf5ChunkCache&) = delete;

  /// The chunk, which is now the one used last; null where it is not held.
  Bytes find(const Key& key);
  /// Holds the chunk and lets go of those whose last use is longest ago, as far as the limits want it.
  void keep(const Key& key, Bytes bytes);

 private:
  std::mutex mutex_;
  std::deque<std::pair<Key, Bytes>> entries_;  // the one used last in front
  std::size_t bytes_ = 0;
  std::size_t limit_bytes_;
};

}  // namespace daybreak::io
