#include <utility>

#include "libcore/base/error.h"
#include "libcore/device/device_state.h"

namespace daybreak::device {

Buffer::Buffer(std::shared_ptr<DeviceState> state, std::size_t bytes) : state_(std::move(state)), bytes_(bytes) {
  if (bytes_ != 0) state_->require(state_->chip.table().allocate(state_->device, bytes_, &memory_), "allocate");
}

Buffer::Buffer(Buffer&& other) noexcept
    : state_(std::move(other.state_)), memory_(std::exchange(other.memory_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  std::swap(state_, other.state_);
  std::swap(memory_, other.memory_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Buffer::~Buffer() {
  if (memory_) state_->chip.table().release(state_->device, memory_);
}

void Buffer::check_range(std::size_t bytes, std::size_t offset) const {
  if (offset > bytes_ || bytes > bytes_ - offset)
    throw Error(ExitStatus::bug, "bytes " + std::to_string(offset) + " to " + std::to_string(offset + bytes) +
                                     " of a buffer of " + std::to_string(bytes_));
}

void Buffer::copy_in(const void* from, std::size_t bytes, std::size_t offset) {
  check_range(bytes, offset);
  if (bytes != 0) Device(state_).copy_in(as<std::byte>() + offset, from, bytes);
}

void Buffer::copy_out(void* to, std::size_t bytes, std::size_t offset) const {
  check_range(bytes, offset);
  if (bytes != 0) Device(state_).copy_out(to, as<std::byte>() + offset, bytes);
}

void Buffer::fill_zero() {
  if (bytes_ != 0) Device(state_).fill_zero(memory_, bytes_);
}

}  // namespace daybreak::device
