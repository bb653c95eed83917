#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/opencl/failure.h"
#include "kernels/opencl/operations.h"

namespace daybreak::kernels::opencl {
namespace {

Memory upload(daybreak_device& device, std::vector<float>& values) {
  cl_int code = CL_SUCCESS;
  Memory memory(clCreateBuffer(device.context.get(), CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR,
                               values.size() * sizeof(float), values.data(), &code));
  require(code, "clCreateBuffer");
  return memory;
}

/// The table for these positions and frequencies, kept for the next call. Angles are computed in double by the host: a
/// device may not have it, and in float32 far positions would be turned wrongly.
const RotationTable& rotations(daybreak_device& device, const daybreak_rope& r) {
  RotationTable& table = device.rotations;
  const int64_t half = r.head_width / 2, context = std::min(r.context, r.tokens);
  if (table.base == r.base && table.half == half && table.context >= context) return table;
  table.base = 0;  // valid again once it is complete
  std::vector<float> cosine(static_cast<size_t>(context * half)), sine(cosine.size());
  for (size_t place = 0; place < cosine.size(); ++place) {
    const auto i = static_cast<double>(static_cast<int64_t>(place) % half);
    const auto position = static_cast<double>(static_cast<int64_t>(place) / half);
    const double angle = position * std::pow(static_cast<double>(r.base), -2.0 * i / static_cast<double>(r.head_width));
    cosine[place] = static_cast<float>(std::cos(angle));
    sine[place] = static_cast<float>(std::sin(angle));
  }
  table.cosine = upload(device, cosine);
  table.sine = upload(device, sine);
  table.half = half;
  table.context = context;
  table.base = r.base;
  return table;
}

}  // namespace

void Operations::rope(daybreak_device& device, daybreak_stream* stream, const daybreak_rope& r) {
  require_row_major({r.x_layout});
  if (r.tokens == 0 || r.heads == 0 || r.head_width == 0) return;
  const RotationTable& table = rotations(device, r);
  const int64_t half = r.head_width / 2;
  Call(device, stream, kRopeSource, "rope", Macros().set("X_TYPE", name_of(r.x_type)))
      .value(r.context)
      .value(r.heads)
      .value(half)
      .value(r.row_stride)
      .operand(r.x, r.x_type)
      .buffer(table.cosine.get())
      .buffer(table.sine.get())
      .value(static_cast<float>(r.direction))
      .run_rows(r.tokens, r.heads * half);
}

}  // namespace daybreak::kernels::opencl
