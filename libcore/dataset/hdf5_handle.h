#pragma once
// Handles of the HDF5 library that close themselves, and its errors as ours. Only hdf5_writer*.cpp include this.
#include <hdf5.h>

#include <string>
#include <string_view>
#include <utility>

namespace daybreak::dataset {

/// The error stack of the library as an Error: the errno of the system call that failed, else what HDF5 says.
[[noreturn]] void throw_hdf5_error(std::string_view doing, const std::string& path);

/// One identifier of the library.
class Hdf5Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Hdf5Handle() = default;
  /// Error (io) where `id` says that the call failed.
  Hdf5Handle(hid_t id, Close close, std::string_view doing, const std::string& path) : id_(id), close_(close) {
    if (id < 0) throw_hdf5_error(doing, path);
  }
  ~Hdf5Handle() {
    if (id_ >= 0) close_(id_);
  }
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  hid_t get() const { return id_; }
  /// Gives the identifier up without closing it.
  hid_t release() { return std::exchange(id_, -1); }
  bool open() const { return id_ >= 0; }

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

}  // namespace daybreak::dataset
