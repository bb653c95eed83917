#include <algorithm>
#include <vector>

#include "kernels/opencl/failure.h"
#include "kernels/opencl/host_statistics.h"
#include "kernels/opencl/operations.h"

namespace daybreak::kernels::opencl {
namespace {

/// A piece at a time, through memory of the host.
void sum_on_host(daybreak_device& device, daybreak_stream* stream, const daybreak_statistics& s) {
  constexpr int64_t kPiece = int64_t{1} << 20;
  const size_t each = bytes_of(s.x_type);
  std::vector<std::byte> piece(static_cast<size_t>(std::min(s.count, kPiece)) * each);
  const Place place = device.memory.find(s.x);
  daybreak_statistics_result result{};
  for (int64_t first = 0; first < s.count; first += kPiece) {
    const auto count = static_cast<size_t>(std::min(kPiece, s.count - first));
    require(clEnqueueReadBuffer(device.stream_of(stream).queue.get(), place.memory, CL_TRUE,
                                place.offset + static_cast<size_t>(first) * each, count * each, piece.data(), 0,
                                nullptr, nullptr),
            "clEnqueueReadBuffer");
    add_statistics(piece.data(), s.x_type, count, result);
  }
  *s.result = result;
}

}  // namespace

void Operations::statistics(daybreak_device& device, daybreak_stream* stream, const daybreak_statistics& s) {
  const char* const type = name_of(s.x_type);
  if (s.count == 0) {
    *s.result = {};
    return;
  }
  if (!device.has_double) return sum_on_host(device, stream, s);
  constexpr int64_t kEach = 16, kMostGroups = 1024;  // elements an item has at least, where there are so many
  const int64_t groups = std::min(kMostGroups, divide_up(s.count, kItems * kEach));
  daybreak_stream& of = device.stream_of(stream);
  constexpr size_t kBytes = sizeof(daybreak_statistics_result);
  static_assert(kBytes == 4 * sizeof(double));  // as statistics.cl has it
  const cl_mem parts = of.scratch.at_least(device.context.get(), static_cast<size_t>(groups + 1) * kBytes);
  const Macros macros = Macros().set("X_TYPE", type);
  Call(device, stream, kStatisticsSource, "sum_parts", macros)
      .value(s.count)
      .operand(s.x, s.x_type)
      .buffer(parts)
      .run(groups);
  Call(device, stream, kStatisticsSource, "sum_of_parts", macros).value(groups).buffer(parts).run(1);
  require(clEnqueueReadBuffer(of.queue.get(), parts, CL_FALSE, static_cast<size_t>(groups) * kBytes, kBytes, s.result,
                              0, nullptr, nullptr),
          "clEnqueueReadBuffer");
}

}  // namespace daybreak::kernels::opencl
