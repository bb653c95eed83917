#pragma once
// Runs one operation on the reference chip in float64 and on every other chip, instruction set and number of threads that
// is here, and compares all outputs under the budget that each of them names.
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "libcore/device/device.h"

namespace conformance {

// Error budgets: |chip - definition| <= budget * (|definition| + scale) beyond what rounding to the output's type costs.
// scale is the magnitude of what was summed; unless a case says otherwise it is 1.
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
  bool always_f32 = false;  // float* in the interface: float32 on the reference chip too
  double budget = kMaxRelativeErrorF32;
  std::vector<double> scale = {1};  // one for all, or one an element
};

struct Case {
  std::string name;
  std::vector<Tensor> tensors;
  /// Gives the operation to a device: p[i] and t[i] are the buffer and the type of tensors[i] there.
  std::function<void(daybreak::device::Device&, const std::vector<void*>& p, const std::vector<daybreak_dtype>& t)> call;
};

/// Fails the running test case where any chip's outputs leave their budgets or depend on the number of threads.
void check(const Case& tested);

/// Calls body(name, device) for each chip but the reference, each instruction set and one and three threads.
void for_each_device(const std::function<void(const std::string& name, daybreak::device::Device& device)>& body);

/// `values` as `type` can hold them.
Tensor input(daybreak_dtype type, std::vector<double> values);
Tensor updated(daybreak_dtype type, std::vector<double> values, double budget = kMaxRelativeErrorF32);
Tensor output(daybreak_dtype type, std::int64_t count, double budget = kMaxRelativeErrorF32);
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
std::vector<std::vector<std::byte>> execute(const Case& tested, daybreak::device::Device device, bool float64);

/// A row-major matrix of a case in another layout, where the device has it: what the layout adds begins as NaN.
class Relaid {
 public:
  Relaid(daybreak::device::Device& device, daybreak_layout layout, daybreak_dtype type, std::int64_t rows,
         std::int64_t columns, void* plain, bool transpose = false)
      : device_(device), plain_(plain) {
    to_.rows = rows, to_.columns = columns, to_.transpose = transpose;
    to_.x_type = to_.packed_type = type, to_.packed_layout = layout;
    bytes_ = layout == DAYBREAK_ROW_MAJOR ? 0 : device.packed_bytes(to_);
    if (bytes_ == 0) return;
    packed_ = device.upload(std::span<const std::byte>(std::vector<std::byte>(bytes_, std::byte{0xff})));
    to_.x = plain, to_.packed = packed_.data();
    device.pack(to_);
  }
  void* data() { return bytes_ ? packed_.data() : plain_; }
  daybreak_layout layout() const { return bytes_ ? to_.packed_layout : DAYBREAK_ROW_MAJOR; }
  void take_back() {
    if (bytes_ == 0) return;
    daybreak_pack back = to_;
    back.x = to_.packed, back.packed = plain_, back.x_layout = DAYBREAK_TILED, back.packed_layout = DAYBREAK_ROW_MAJOR;
    device_.pack(back);
  }

 private:
  daybreak::device::Device& device_;
  void* plain_;
  daybreak_pack to_{};
  std::size_t bytes_ = 0;
  daybreak::device::Buffer packed_;
};

constexpr daybreak_dtype kAllTypes[] = {DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F16, DAYBREAK_F8_E4M3, DAYBREAK_F8_E5M2};
constexpr daybreak_dtype kWideTypes[] = {DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F16};

}  // namespace conformance
