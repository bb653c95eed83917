#pragma once
// Memory of a device cut into typed pieces. A layout is made twice by the same code: without memory to learn its size,
// then in the memory.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "libcore/device/dtype.h"

namespace daybreak::model {

/// A piece of device memory, the type of its elements and how they lie there.
struct View {
  void* data = nullptr;
  daybreak_dtype type = DAYBREAK_F32;
  daybreak_layout layout = DAYBREAK_ROW_MAJOR;

  float* f32() const { return static_cast<float*>(data); }
  /// The piece from that element on.
  View from(std::int64_t element) const {
    if (!data) return *this;  // while a layout is measured
    return {static_cast<std::byte*>(data) + static_cast<std::size_t>(element) * device::bytes_of(type), type, layout};
  }
  /// The matrix from that column on, under the whole one's stride; a multiple of DAYBREAK_TILED_COLUMNS where tiled.
  View from_column(std::int64_t column) const {
    return from(layout == DAYBREAK_TILED ? column * DAYBREAK_TILED_COLUMNS : column);
  }
};

class Arena {
 public:
  /// base: memory of as many bytes as an earlier layout asked for, or null to measure.
  explicit Arena(void* base) : base_(static_cast<std::byte*>(base)) {}

  View take(std::int64_t count, daybreak_dtype type) {
    return take_bytes(static_cast<std::size_t>(count) * device::bytes_of(type), {type, DAYBREAK_ROW_MAJOR});
  }
  /// What a matrix in a layout of the chip's own takes.
  struct Form {
    daybreak_dtype type;
    daybreak_layout layout;
  };
  View take_bytes(std::size_t size, Form form) {
    constexpr std::size_t kAlignment = 64;
    const View view{base_ ? base_ + next_ : nullptr, form.type, form.layout};
    next_ += (size + kAlignment - 1) / kAlignment * kAlignment;
    bytes_ = std::max(bytes_, next_);
    return view;
  }
  /// What is taken from here on lies where what was taken before lies: for those who use it in turn.
  void rewind() { next_ = 0; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::byte* base_;
  std::size_t next_ = 0, bytes_ = 0;
};

}  // namespace daybreak::model
