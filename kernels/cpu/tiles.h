#pragma once
// Cuts an operation into tiles and shows each operand's tile as float32, converted where the buffer holds another type.
#include <algorithm>
#include <cstdint>

#include "kernels/cpu/cpu_device.h"
#include "kernels/device.h"

namespace daybreak::kernels::cpu {

/// Elements of an elementwise task: enough to outweigh waking a thread, few enough to stay in the first cache.
constexpr int64_t kTile = 4096;

/// buffer[offset, offset + count) to float32 at `to`. Throws Refusal for a type that is not a real number here.
void convert_in(const Loops& loops, const void* buffer, daybreak_dtype type, int64_t offset, int64_t count, float* to);
/// float32 rounded to the type of buffer[offset, offset + count).
void convert_out(const Loops& loops, const float* from, void* buffer, daybreak_dtype type, int64_t offset,
                 int64_t count);
/// Elements [column, column + count) of a row of a matrix of any layout; `stride` as in place_of (tiled.h).
struct Stretch {
  daybreak_layout layout;
  int64_t stride, row, column, count;
};
/// The same of a stretch of the buffer.
void convert_in(const Loops& loops, const void* buffer, daybreak_dtype type, const Stretch& stretch, float* to);
void convert_out(const Loops& loops, const float* from, void* buffer, daybreak_dtype type, const Stretch& stretch);
/// Bytes of an element. Throws Refusal as convert_in does.
int64_t element_bytes(daybreak_dtype type);

/// Tiles of one buffer that is read.
class Input {
 public:
  Input(const Loops& loops, const void* buffer, daybreak_dtype type) : loops_(loops), buffer_(buffer), type_(type) {
    element_bytes(type);  // refuses before any thread starts
  }
  /// The tile as float32: in place, or converted into `scratch` of `count` floats.
  const float* tile(int64_t offset, int64_t count, float* scratch) const {
    if (type_ == DAYBREAK_F32) return static_cast<const float*>(buffer_) + offset;
    convert_in(loops_, buffer_, type_, offset, count, scratch);
    return scratch;
  }

 private:
  const Loops& loops_;
  const void* buffer_;
  daybreak_dtype type_;
};

/// Tiles of one buffer that is written.
class Output {
 public:
  Output(const Loops& loops, void* buffer, daybreak_dtype type) : loops_(loops), buffer_(buffer), type_(type) {
    element_bytes(type);
  }
  /// Where to compute the tile: in place, or in `scratch`, which finish() then rounds into the buffer.
  float* tile(int64_t offset, float* scratch) const {
    return type_ == DAYBREAK_F32 ? static_cast<float*>(buffer_) + offset : scratch;
  }
  void finish(const float* computed, int64_t offset, int64_t count) const {
    if (type_ != DAYBREAK_F32) convert_out(loops_, computed, buffer_, type_, offset, count);
  }

 private:
  const Loops& loops_;
  void* buffer_;
  daybreak_dtype type_;
};

/// body(offset, count, scratch) for each tile of `total` elements; scratch holds `arrays` arrays of kTile floats. A
/// task takes neighboring tiles: the processor fetches ahead along one run of memory, not along jumps.
template <typename Body>
void for_each_tile(daybreak_device& device, int64_t total, int arrays, const Body& body) {
  constexpr int64_t kMostTilesEach = 128, kFewestTasks = 64;
  const int64_t each = std::clamp<int64_t>(total / kTile / kFewestTasks, 1, kMostTilesEach) * kTile;
  device.threads.for_each((total + each - 1) / each, [&](int64_t task, unsigned worker) {
    float* const scratch = device.of_worker[worker].at_least(arrays * kTile);
    const int64_t end = std::min(total, (task + 1) * each);
    for (int64_t offset = task * each; offset < end; offset += kTile)
      body(offset, std::min(kTile, end - offset), scratch);
  });
}

/// How rows are cut into tasks: a function of the shape alone.
struct RowCut {
  RowCut(int64_t rows, int64_t width, int64_t most_tasks = 1 << 20)
      : rows_each(std::max<int64_t>({1, kTile / std::max<int64_t>(1, width), (rows + most_tasks - 1) / most_tasks})),
        tasks((rows + rows_each - 1) / rows_each) {}
  int64_t rows_each, tasks;
};

}  // namespace daybreak::kernels::cpu
