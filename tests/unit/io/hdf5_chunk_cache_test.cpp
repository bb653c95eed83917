#include "libcore/io/hdf5_chunk_cache.h"

#include "tests/support/catch.hpp"

namespace daybreak::io {
namespace {

Hdf5ChunkCache::Bytes chunk(std::size_t size) {
  return std::make_shared<const std::vector<std::byte>>(size);
}

}  // namespace

TEST_CASE("The limit on decoded chunks holds for all arrays together") {
  Hdf5ChunkCache cache(100);
  const auto first = chunk(40);
  cache.keep({0, 7}, first);
  cache.keep({1, 7}, chunk(40));
  CHECK(cache.find({0, 7}) == first);
  CHECK(cache.find({2, 7}) == nullptr);
  cache.keep({2, 7}, chunk(40));
  CHECK(cache.find({1, 7}) == nullptr);  // the others were used since
  CHECK(cache.find({0, 7}) == first);
  CHECK(cache.find({2, 7}) != nullptr);
}

TEST_CASE("Caches share the limit as long as they live") {
  Hdf5ChunkCache cache(100);
  {
    Hdf5ChunkCache other(100);
    cache.keep({0, 0}, chunk(40));
    cache.keep({0, 1}, chunk(40));
    CHECK(cache.find({0, 0}) == nullptr);
    CHECK(cache.find({0, 1}) != nullptr);
  }
  cache.keep({0, 0}, chunk(40));
  CHECK(cache.find({0, 1}) != nullptr);
}

TEST_CASE("A chunk over the limit is held alone, and small ones in a limited number") {
  Hdf5ChunkCache cache(100);
  cache.keep({0, 0}, chunk(10));
  cache.keep({0, 1}, chunk(1000));
  CHECK(cache.find({0, 0}) == nullptr);
  CHECK(cache.find({0, 1}) != nullptr);
  for (std::uint64_t index = 2; index < 66; ++index) cache.keep({0, index}, chunk(1));
  CHECK(cache.find({0, 1}) == nullptr);
  CHECK(cache.find({0, 2}) != nullptr);
  cache.keep({0, 66}, chunk(1));
  CHECK(cache.find({0, 3}) == nullptr);
}

}  // namespace daybreak::io
