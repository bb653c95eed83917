#pragma once
// Does a device compute what the definitions say? Runs operations on the reference chip in float64 and on a device, and
// compares all outputs under the budget that each of them names.
#include <functional>
#include <string>
#include <vector>

#include "libcore/device/device.h"

namespace daybreak::device::conformance {

// Error budgets: |chip - definition| <= budget * (|definition| + scale) beyond what rounding to the output's type
// costs. scale is the magnitude of what was summed; unless a case says otherwise it is 1.
constexpr double kExact = 0;
constexpr double kMaxRelativeErrorF32 = 1e-6;   // elementwise, and sums of a few hundred terms
constexpr double kMaxRelativeErrorSums = 4e-6;  // chains of sums: attention, normalization's gradients
constexpr double kMaxRelativeErrorExp = 2e-6;   // through an exponential
constexpr double kMaxRelativeErrorBf16 = 4e-3;  // sums of products of which one factor was rounded to bf16 on the way

enum class Role { input, output, updated };

/// One operand. Its values are what its type can hold; an output begins as NaN.
struct Tensor {
  Role role;
  daybreak_dtype type;
  std::vector<double> values;
  bool keeps_type = false;  // on the reference chip too: float* in the interface, and codes
  double budget = kMaxRelativeErrorF32;
  std::vector<double> scale = {1};  // one for all, or one an element
};

struct Case {
  std::string name;
  std::vector<Tensor> tensors;
  /// Gives the operation to a device: p[i] and t[i] are the buffer and the type of tensors[i] there.
  std::function<void(Device&, const std::vector<void*>& p, const std::vector<daybreak_dtype>& t)> call;
};

/// `values` as `type` can hold them.
Tensor input(daybreak_dtype type, std::vector<double> values);
Tensor updated(daybreak_dtype type, std::vector<double> values, double budget = kMaxRelativeErrorF32);
Tensor output(daybreak_dtype type, std::int64_t count, double budget = kMaxRelativeErrorF32);
Tensor f32_input(std::vector<double> values);
Tensor f32_output(std::int64_t count, double budget = kMaxRelativeErrorF32);
Tensor f32_updated(std::vector<double> values, double budget = kMaxRelativeErrorF32);

/// Normally distributed values, the same for the same seed.
std::vector<double> normal(std::int64_t count, unsigned seed, double spread = 1);
/// Whole numbers below `limit`.
std::vector<std::uint32_t> below(std::uint32_t limit, std::int64_t count, unsigned seed);

/// Bytes of `values` in `type`, and back.
std::vector<std::byte> to_bytes(daybreak_dtype type, const std::vector<double>& values);
std::vector<double> from_bytes(daybreak_dtype type, const std::vector<std::byte>& bytes);

/// What a device computes for a case: the bytes of each tensor afterwards.
std::vector<std::vector<std::byte>> execute(const Case& tested, Device device, bool float64);

/// How an operand of a case compares with its definition.
struct Comparison {
  std::size_t wrong = 0;  // elements outside the budget
  double error = 0;       // the largest |chip - definition| / (|definition| + scale), of all elements
  std::string first;      // of those that are wrong: "element 7: got 1, expected 2"
};
/// got and want: bytes of execute(), `want` in float64. An input must have stayed as it was.
Comparison compare(const Tensor& tensor, const std::vector<std::byte>& got, const std::vector<std::byte>& want);

constexpr daybreak_dtype kAllTypes[] = {DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F16, DAYBREAK_F8_E4M3, DAYBREAK_F8_E5M2};
constexpr daybreak_dtype kWideTypes[] = {DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F16};

}  // namespace daybreak::device::conformance
