#pragma once
// Memory of a device cut into typed pieces. A layout is made twice by the same code: without memory to learn its size,
// then in the memory.
#include <cstddef>
#include <cstdint>

#include "libcore/device/dtype.h"

namespace daybreak::model {

/// A piece of device memory and the type of its elements.
struct View {
  void* data = nullptr;
  daybreak_dtype type = DAYBREAK_F32;

  float* f32() const { return static_cast<float*>(data); }
  /// The piece from that element on.
  View from(std::int64_t element) const {
    if (!data) return *this;  // while a layout is measured
    return {static_cast<std::byte*>(data) + static_cast<std::size_t>(element) * device::bytes_of(type), type};
  }
};

class Arena {
 public:
  /// base: memory of as many bytes as an earlier layout asked for, or null to measure.
  explicit Arena(void* base) : base_(static_cast<std::byte*>(base)) {}

  View take(std::int64_t count, daybreak_dtype type) {
    const View view{base_ ? base_ + bytes_ : nullptr, type};
    constexpr std::size_t kAlignment = 64;
    const std::size_t size = static_cast<std::size_t>(count) * device::bytes_of(type);
    bytes_ += (size + kAlignment - 1) / kAlignment * kAlignment;
    return view;
  }
  std::size_t bytes() const { return bytes_; }

 private:
  std::byte* base_;
  std::size_t bytes_ = 0;
};

}  // namespace daybreak::model
