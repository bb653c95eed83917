#include "libcore/codecs/scratch.h"

#include <array>
#include <bit>
#include <cstdint>
#include <new>

namespace daybreak::codecs {
namespace {

// Below a page's worth of pages the heap is as fast; above, a frame is rare enough.
constexpr std::size_t kSmallest = std::size_t{1} << 14, kLargest = std::size_t{1} << 26,
                      kMostKept = std::size_t{1} << 26;

/// The blocks that a thread keeps, by the power of two that is their size.
class Pool {
 public:
  Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() {
    for (Shelf& shelf : shelves_)
      while (shelf.count > 0) ::operator delete(shelf.blocks[--shelf.count]);
  }

  void* take(std::size_t size) {
    Shelf& shelf = shelf_of(size);
    if (shelf.count == 0) return ::operator new(size);
    kept_ -= size;
    return shelf.blocks[--shelf.count];
  }

  void give(void* block, std::size_t size) noexcept {
    Shelf& shelf = shelf_of(size);
    if (shelf.count == shelf.blocks.size() || kept_ + size > kMostKept) return ::operator delete(block);
    kept_ += size;
    shelf.blocks[shelf.count++] = block;
  }

 private:
  struct Shelf {
    std::array<void*, 8> blocks;
    std::size_t count = 0;
  };
  Shelf& shelf_of(std::size_t size) { return shelves_[static_cast<std::size_t>(std::countr_zero(size))]; }

  std::array<Shelf, 27> shelves_{};
  std::size_t kept_ = 0;
};

thread_local Pool pool;

bool is_kept(std::size_t bytes) {
  return bytes >= kSmallest && bytes <= kLargest;
}

}  // namespace

void* take_scratch(std::size_t bytes) {
  return is_kept(bytes) ? pool.take(std::bit_ceil(bytes)) : ::operator new(bytes);
}

void give_scratch(void* block, std::size_t bytes) noexcept {
  if (is_kept(bytes)) return pool.give(block, std::bit_ceil(bytes));
  ::operator delete(block);
}

}  // namespace daybreak::codecs
