#pragma once
// Arrays that a step of decoding needs for a moment. Their elements are not set before they are written, and the thread
// keeps their memory for the next frame: a file of many chunks is not decoded through fresh pages again and again.
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace daybreak::codecs {

/// Memory of at least that size; of this thread's kept blocks if one fits. Throws std::bad_alloc.
void* take_scratch(std::size_t bytes);
/// What take_scratch() gave, for the same size, on any thread.
void give_scratch(void* block, std::size_t bytes) noexcept;

template <class T>
struct ScratchAllocator {
  using value_type = T;
  ScratchAllocator() = default;
  template <class Other>
  ScratchAllocator(const ScratchAllocator<Other>&) noexcept {}
  T* allocate(std::size_t count) { return static_cast<T*>(take_scratch(count * sizeof(T))); }
  void deallocate(T* block, std::size_t count) noexcept { give_scratch(block, count * sizeof(T)); }
  /// An element without a value is left as it is.
  template <class U>
  void construct(U* at) noexcept {
    ::new (static_cast<void*>(at)) U;
  }
  template <class U, class... Values>
  void construct(U* at, Values&&... values) {
    ::new (static_cast<void*>(at)) U(std::forward<Values>(values)...);
  }
  friend bool operator==(const ScratchAllocator&, const ScratchAllocator&) { return true; }
};

/// A vector whose elements have any value until they are written.
template <class T>
using Scratch = std::vector<T, ScratchAllocator<T>>;

}  // namespace daybreak::codecs
