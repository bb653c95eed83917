#pragma once
// Addresses for memory that has none. OpenCL 1.2 gives out handles, and the interface wants addresses that a host may
// add to: each buffer stands for a range of addresses that the process has reserved and cannot read or write.
#include <CL/cl.h>

#include <cstddef>
#include <cstdint>
#include <map>

#include "kernels/opencl/handle.h"

namespace daybreak::kernels::opencl {

/// A place within a buffer.
struct Place {
  cl_mem memory = nullptr;
  std::size_t offset = 0;  // in bytes
};

class AddressBook {
 public:
  AddressBook() = default;
  AddressBook(const AddressBook&) = delete;
  AddressBook& operator=(const AddressBook&) = delete;
  ~AddressBook();

  /// Reserves addresses for `bytes` bytes of `memory`; NULL where there are none left. Aligned to a page.
  void* enter(Memory memory, std::size_t bytes);
  /// Gives up the range that begins at `address`, and the buffer with it.
  void strike(void* address);
  /// Where `address` lies; NULL lies nowhere. Throws Refusal (INVALID) for any other address that enter() never gave.
  Place find(const void* address) const;

 private:
  struct Range {
    Memory memory;
    std::size_t bytes;
  };
  std::map<std::uintptr_t, Range> ranges_;  // by their first address
};

}  // namespace daybreak::kernels::opencl
