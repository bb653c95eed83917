#pragma once
// Handles of the HDF5 library as objects, and its error stack as an exception. For the confined child.
#include <cstdint>
#include <string>
#include <utility>

namespace daybreak::io {

/// What HDF5 said when a call failed; thrown in the child and never out of it. No virtual functions: a sanitizer that checks
/// their table needs system calls that the child has no more.
struct Hdf5Fault {
  std::string text;
};

/// Throws Hdf5Fault with the innermost message of HDF5's error stack.
[[noreturn]] void throw_hdf5_fault(const char* doing);

/// An hid_t that closes itself; the constructor throws Hdf5Fault for a negative one.
class Hdf5Handle {
 public:
  Hdf5Handle(std::int64_t id, int (*close)(std::int64_t), const char* doing) : id_(id), close_(close) {
    if (id < 0) throw_hdf5_fault(doing);
  }
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Hdf5Handle& operator=(Hdf5Handle&&) = delete;
  ~Hdf5Handle() {
    if (id_ >= 0) close_(id_);
  }
  operator std::int64_t() const { return id_; }

 private:
  std::int64_t id_;
  int (*close_)(std::int64_t);
};

/// Throws where an HDF5 call gave a negative status, else passes its value on.
template <class Status>
Status hdf5_check(Status status, const char* doing) {
  if (status < 0) throw_hdf5_fault(doing);
  return status;
}

}  // namespace daybreak::io
