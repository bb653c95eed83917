#pragma once
// An open device of a chip, its memory and its operations, with failures as Error.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernels/device.h"
#include "libcore/device/chip.h"
#include "libcore/device/dtype.h"
#include "libcore/device/graph.h"

namespace daybreak::device {

struct OpenOptions {
  unsigned threads = 0;         // of a processor; 0: all of this process's
  std::string instruction_set;  // force a slower path ("plain", "avx2"); empty: the best
};

class Buffer;
class Event;
class OperationTimes;
struct DeviceState;

/// A device to compute on. Copies are handles of the same open device, which closes with the last of them and the last
/// of its buffers. One thread at a time may use a device.
///
/// The operations carry the names of the chip's table and take its argument structures (kernels/device.h says what they
/// compute); struct_size is set here. They throw Error: bug where the arguments contradict each other, unavailable
/// where the chip has no such path or the device fails, resources where memory runs out. Their pointers are device
/// pointers (Buffer::as), but for statistics' result, which is valid after synchronize().
class Device {
 public:
  /// name: "auto" (the best score), "cpu", "cpu:0", "reference", or the path of a shared object (ends in ".so", with an
  /// optional ":ordinal"). Throws Error (unavailable) that lists what there is; usage for an unknown instruction set.
  static Device open(const std::string& name, const OpenOptions& options = {},
                     const std::filesystem::path& folder = chip_folder());

  /// "cpu:0".
  std::string name() const;
  /// As the chip describes it; threads: that this device was opened with.
  const daybreak_device_info& info() const;
  /// True where the device computes in the memory of this process: a processor.
  bool in_host_memory() const { return info().threads > 0; }
  const Chip& chip() const;

  /// Uninitialized memory of `bytes` bytes, aligned to 64.
  Buffer allocate(std::size_t bytes);
  /// Memory that holds a copy of `values`.
  template <typename T>
  Buffer upload(std::span<const T> values);
  /// Copies within the device; the ranges do not overlap.
  void copy(void* to, const void* from, std::size_t bytes);
  void fill_zero(void* memory, std::size_t bytes);
  /// Copies from and to the host, whose memory may be used at return.
  void copy_in(void* to, const void* from_host, std::size_t bytes);
  void copy_out(void* to_host, const void* from, std::size_t bytes);
  /// Waits until all operations that were given have finished.
  void synchronize();
  /// True where capture() records: the chip can, and nobody times single operations.
  bool can_capture() const;
  /// Records the operations that `work` gives to the device, which computes none of them yet. `work` copies nothing from
  /// or to the host and asks for no statistics, and has run once before, so that the chip has all it needs.
  Graph capture(const std::function<void()>& work);

  /// 0 no, 1 slowly or by emulation, 2 well; types and sizes as daybreak_query orders them.
  int supports(daybreak_op op, std::initializer_list<daybreak_dtype> types,
               std::initializer_list<std::int64_t> sizes = {}) const;
  /// Measured peak of products in `type`, FLOP/s; 0: unknown. Each call measures, which takes a moment.
  double peak_flops(daybreak_dtype type) const;

  /// Bytes of a matrix in a packed layout; 0: it has none here, use row-major.
  std::size_t packed_bytes(daybreak_pack arguments) const;

  void gemm(daybreak_gemm arguments);
  /// The same under a name of the caller's for messages and OperationTimes.
  void gemm_as(const char* name, daybreak_gemm arguments);
  void embedding_forward(daybreak_embedding arguments);
  void embedding_backward(daybreak_embedding_backward arguments);
  void layernorm_forward(daybreak_norm arguments);
  void layernorm_backward(daybreak_norm_backward arguments);
  void rmsnorm_forward(daybreak_norm arguments);
  void rmsnorm_backward(daybreak_norm_backward arguments);
  void gelu_forward(daybreak_gelu arguments);
  void gelu_backward(daybreak_gelu_backward arguments);
  void swiglu_forward(daybreak_swiglu arguments);
  void swiglu_backward(daybreak_swiglu_backward arguments);
  void rope(daybreak_rope arguments);
  void attention_forward(daybreak_attention arguments);
  void attention_backward(daybreak_attention_backward arguments);
  void cross_entropy(daybreak_cross_entropy arguments);
  void add_bias(daybreak_add_bias arguments);
  void sum_rows(daybreak_sum_rows arguments);
  void add_scaled(daybreak_add_scaled arguments);
  void cast(daybreak_cast arguments);
  void statistics(daybreak_statistics arguments);
  void adamw(daybreak_adamw arguments);
  void quantize(daybreak_quantize arguments);
  void pack(daybreak_pack arguments);  // where packed_bytes() is not 0

 private:
  explicit Device(std::shared_ptr<DeviceState> state) : state_(std::move(state)) {}
  template <typename Entry, typename Arguments>
  void run(Entry entry, const char* name, Arguments& arguments);

  std::shared_ptr<DeviceState> state_;
  friend class Buffer;
  friend class Event;
  friend class OperationTimes;
};

/// Memory of a device, released with the object. Move-only.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  ~Buffer();

  void* data() noexcept { return memory_; }
  const void* data() const noexcept { return memory_; }
  std::size_t bytes() const noexcept { return bytes_; }
  bool empty() const noexcept { return bytes_ == 0; }
  /// The memory as a device pointer to T, for the argument structures.
  template <typename T>
  T* as() noexcept { return static_cast<T*>(memory_); }
  template <typename T>
  const T* as() const noexcept { return static_cast<const T*>(memory_); }

  /// Copies `values` in at `offset` bytes. Throws Error (bug) where they do not fit.
  template <typename T>
  void upload(std::span<const T> values, std::size_t offset = 0) {
    copy_in(values.data(), values.size_bytes(), offset);
  }
  /// Copies values.size() elements out from `offset` bytes on, after all that was given before.
  template <typename T>
  void download(std::span<T> values, std::size_t offset = 0) const {
    copy_out(values.data(), values.size_bytes(), offset);
  }
  /// All of it as a vector of T.
  template <typename T>
  std::vector<T> to_host() const {
    std::vector<T> values(bytes_ / sizeof(T));
    download(std::span<T>(values));
    return values;
  }
  void fill_zero();

 private:
  friend class Device;
  Buffer(std::shared_ptr<DeviceState> state, std::size_t bytes);
  void copy_in(const void* from, std::size_t bytes, std::size_t offset);
  void copy_out(void* to, std::size_t bytes, std::size_t offset) const;
  void check_range(std::size_t bytes, std::size_t offset) const;

  std::shared_ptr<DeviceState> state_;
  void* memory_ = nullptr;
  std::size_t bytes_ = 0;
};

template <typename T>
Buffer Device::upload(std::span<const T> values) {
  Buffer buffer = allocate(values.size_bytes());
  buffer.upload(values);
  return buffer;
}

}  // namespace daybreak::device
