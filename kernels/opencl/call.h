#pragma once
// Queues a kernel.
#include <cstddef>
#include <initializer_list>
#include <type_traits>

#include "kernels/chip/operation.h"
#include "kernels/opencl/opencl_device.h"

namespace daybreak::kernels::opencl {

/// Items of every group of every kernel: a multiple of the width of all vendors' hardware, small enough for any of
/// them.
constexpr std::size_t kItems = 64;

constexpr int64_t divide_up(int64_t count, int64_t each) {
  return (count + each - 1) / each;
}

/// The name under which element.clh knows a type: "bf16". Throws Refusal (UNSUPPORTED) for what is no real number here.
const char* name_of(daybreak_dtype type);
std::size_t bytes_of(daybreak_dtype type);

/// This chip has no other layout. Throws Refusal.
void require_row_major(std::initializer_list<daybreak_layout> layouts);

/// A kernel with its arguments, given in their order.
class Call {
 public:
  Call(daybreak_device& device, daybreak_stream* stream, const Source& source, const char* kernel,
       const Macros& macros = {});

  /// An operand, which is two arguments: its buffer and the element at which it begins. NULL: no buffer.
  Call& operand(const void* address, daybreak_dtype type);
  /// The same and its type, for kernels that learn it when they run.
  Call& any_operand(const void* address, daybreak_dtype type);
  Call& words(const uint32_t* address) { return operand(address, DAYBREAK_U32); }
  Call& floats(const float* address) { return operand(address, DAYBREAK_F32); }
  /// Memory of the chip itself.
  Call& buffer(cl_mem memory);
  template <typename Number>
  Call& value(Number number) {
    static_assert(std::is_arithmetic_v<Number>);
    return argument(&number, sizeof number);
  }

  /// Queues groups of kItems items; none where that is 0.
  void run(int64_t groups);
  /// The same, with the event of its end.
  Event run_timed(int64_t groups);
  /// Queues enough groups for `count` items.
  void run_items(int64_t count) { run(divide_up(count, kItems)); }
  /// Queues, for each row, enough groups for `width` items: ROW and COLUMN of element.clh say which.
  void run_rows(int64_t rows, int64_t width) { run(rows * divide_up(width, kItems)); }

 private:
  Call& argument(const void* value, std::size_t bytes);
  void queue(int64_t groups, cl_event* ended);

  daybreak_device& device_;
  cl_command_queue queue_;
  cl_kernel kernel_;
  const char* name_;
  cl_uint next_ = 0;
};

}  // namespace daybreak::kernels::opencl
