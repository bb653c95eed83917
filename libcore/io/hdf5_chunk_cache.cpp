#include "libcore/io/hdf5_chunk_cache.h"

#include <algorithm>
#include <atomic>

namespace daybreak::io {
namespace {

// Few enough to be searched one by one.
constexpr std::size_t kMostChunks = 64;

std::atomic<std::size_t> living = 0;

}  // namespace

Hdf5ChunkCache::Hdf5ChunkCache(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {
  ++living;
}

Hdf5ChunkCache::~Hdf5ChunkCache() {
  --living;
}

Hdf5ChunkCache::Bytes Hdf5ChunkCache::find(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto at = std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry.first == key; });
  if (at == entries_.end()) return nullptr;
  std::rotate(entries_.begin(), at, at + 1);
  return entries_.front().second;
}

void Hdf5ChunkCache::keep(const Key& key, Bytes bytes) {
  const std::lock_guard lock(mutex_);
  bytes_ += bytes->size();
  entries_.emplace_front(key, std::move(bytes));
  const std::size_t limit = limit_bytes_ / living;
  while (entries_.size() > 1 && (bytes_ > limit || entries_.size() > kMostChunks)) {
    bytes_ -= entries_.back().second->size();
    entries_.pop_back();
  }
}

}  // namespace daybreak::io
