#include "kernels/opencl/peak.h"

#include <algorithm>

#include "kernels/opencl/discovery.h"
#include "kernels/opencl/failure.h"
#include "kernels/opencl/operations.h"

namespace daybreak::kernels::opencl {
namespace {

constexpr int64_t kChains = 8, kWidth = 8;  // as peak.cl has them

/// Seconds between the beginning and the end of the kernel, by the device's own clock.
double timed(daybreak_device& device, int64_t groups, int rounds) {
  constexpr float kFactor = 0.999f, kTerm = 0.001f;  // the chains stay near 1
  constexpr double kNanosecond = 1e-9;
  const cl_mem sums =
      device.main.scratch.at_least(device.context.get(), static_cast<size_t>(groups) * kItems * sizeof(float));
  const Event ended = Call(device, nullptr, kPeakSource, "peak")
                          .value(rounds)
                          .value(kFactor)
                          .value(kTerm)
                          .buffer(sums)
                          .run_timed(groups);
  const cl_event event = ended.get();
  require(clWaitForEvents(1, &event), "clWaitForEvents");
  cl_ulong begin = 0, end = 0;
  require(clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_START, sizeof begin, &begin, nullptr),
          "clGetEventProfilingInfo");
  require(clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_END, sizeof end, &end, nullptr),
          "clGetEventProfilingInfo");
  return static_cast<double>(end - begin) * kNanosecond;
}

}  // namespace

/// Products of every type are of float32 here. Rounds are doubled until the device is busy for a while: what a first,
/// short run says is mostly of its start.
double peak_flops(daybreak_device* device, daybreak_dtype type) {
  if (type > DAYBREAK_F8_E5M2) return 0;
  constexpr double kLongEnough_s = 0.02;
  constexpr int kRepeats = 4, kMostRounds = 1 << 24;
  constexpr int64_t kGroupsPerUnit = 32;
  double best = 0;
  const daybreak_status status = guarded(device, [&] {
    const int64_t groups =
        kGroupsPerUnit * std::max<cl_uint>(1, property<cl_uint>(device->id, CL_DEVICE_MAX_COMPUTE_UNITS));
    int rounds = 64;
    while (timed(*device, groups, rounds) < kLongEnough_s && rounds < kMostRounds) rounds *= 2;
    const double work = 2.0 * static_cast<double>(groups) * kItems * kChains * kWidth * rounds;
    for (int i = 0; i < kRepeats; ++i) best = std::max(best, work / timed(*device, groups, rounds));
    return DAYBREAK_OK;
  });
  return status == DAYBREAK_OK ? best : 0;
}

}  // namespace daybreak::kernels::opencl
