#include "libcore/device/conformance_suite.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/device/conformance_operations.h"
#include "libcore/device/dtype.h"
#include "libcore/device/speed.h"

namespace daybreak::device::conformance {
namespace {

double bytes_moved(const Case& timed) {
  double bytes = 0;
  for (const Tensor& tensor : timed.tensors)
    bytes += static_cast<double>(tensor.values.size() * bytes_of(tensor.type)) * (tensor.role == Role::updated ? 2 : 1);
  return bytes;
}

class Suite {
 public:
  Suite(Device device, Device reference, double time_s, const StopToken& stop)
      : device_(device),
        reference_(reference),
        time_s_(time_s),
        stop_(stop),
        sum_bytes_per_s_(sum_bytes_per_s(device_, kLargeElements, time_s, stop)) {}

  OperationReport run(const Operation& operation, daybreak_dtype type) {
    OperationReport report;
    report.operation = operation.name;
    report.type = type;
    report.of_products = operation.large_flops > 0;
    report.offered = type == DAYBREAK_F32 || device_.supports(operation.op, {type, type}) != 0;
    if (!report.offered) return report;
    try {
      for (const Size size : {Size::one, Size::odd, Size::usual}) check(operation.build(type, size), report);
      if (report.problem.empty()) time(operation, type, report);
    } catch (const Error& failure) {
      report.problem = failure.what();
    }
    return report;
  }

 private:
  void check(const Case& tested, OperationReport& report) {
    stop_.check();
    const auto want = execute(tested, reference_, true), got = execute(tested, device_, false);
    ++report.cases;
    for (std::size_t i = 0; i < want.size(); ++i) {
      const Comparison found = compare(tested.tensors[i], got[i], want[i]);
      report.error = std::max(report.error, found.error);
      if (found.wrong > 0 && report.problem.empty())
        report.problem = "operand " + std::to_string(i) + ": " + std::to_string(found.wrong) + " of " +
                         std::to_string(tested.tensors[i].values.size()) + " elements are outside the budget; " +
                         found.first;
    }
  }

  void time(const Operation& operation, daybreak_dtype type, OperationReport& report) {
    const Case timed = operation.build(type, Size::large);
    std::vector<Buffer> buffers;
    std::vector<void*> places;
    std::vector<daybreak_dtype> types;
    for (const Tensor& tensor : timed.tensors) {
      const auto bytes = to_bytes(tensor.type, tensor.values);
      buffers.push_back(device_.upload(std::span<const std::byte>(bytes)));
      places.push_back(buffers.back().data());
      types.push_back(tensor.type);
    }
    report.seconds = best_s(device_, time_s_, stop_, [&] { timed.call(device_, places, types); });
    const double peak = operation.large_flops > 0 ? device_.peak_flops(type) : sum_bytes_per_s_;
    const double work = operation.large_flops > 0 ? operation.large_flops : bytes_moved(timed);
    if (peak > 0) report.share = work / report.seconds / peak;
  }

  Device device_, reference_;
  double time_s_;
  const StopToken& stop_;
  double sum_bytes_per_s_;
};

}  // namespace

void run_suite(Device device, Device reference, double time_s, const StopToken& stop,
               const std::function<void(const OperationReport&)>& report) {
  Suite suite(device, reference, time_s, stop);
  for (const Operation& operation : operations())
    for (const daybreak_dtype type : kWideTypes) {
      if (operation.op == DAYBREAK_OP_STATISTICS && type != DAYBREAK_F32) continue;
      report(suite.run(operation, type));
    }
}

}  // namespace daybreak::device::conformance
