#pragma once
// Runs one operation on the reference chip in float64 and on every other chip, instruction set and number of threads that
// is here, and compares all outputs under the budget that each of them names.
#include <functional>
#include <string>

#include "libcore/device/conformance.h"

namespace conformance {

using namespace daybreak::device::conformance;

/// Fails the running test case where any chip's outputs leave their budgets or depend on the number of threads.
void check(const Case& tested);

/// Calls body(name, device) for each chip but the reference, each instruction set and one and three threads.
void for_each_device(const std::function<void(const std::string& name, daybreak::device::Device& device)>& body);

/// Whether any device here has layouts beside row-major: without them their cases are those of rows once more.
bool somebody_packs();

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

}  // namespace conformance
