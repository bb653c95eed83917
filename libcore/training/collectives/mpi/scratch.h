#pragma once
// Memory for rows that have to be put together in this process. It grows and is kept.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace daybreak::training::mpi {

class Scratch {
 public:
  /// Room for so many values, at a multiple of 64 bytes; what it held before is gone.
  float* values(std::int64_t count) {
    if (count > room_) {
      memory_.reset();
      memory_.reset(static_cast<float*>(::operator new(static_cast<std::size_t>(count) * sizeof(float), kAlignment)));
      room_ = count;
    }
    return memory_.get();
  }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Free {
    void operator()(float* values) const { ::operator delete(values, kAlignment); }
  };
  std::unique_ptr<float, Free> memory_;
  std::int64_t room_ = 0;
};

}  // namespace daybreak::training::mpi
