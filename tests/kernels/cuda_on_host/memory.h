#pragma once
// Memory of the emulated device. Each piece ends (within its alignment) at a page that nobody may touch and begins behind
// one; the bytes in between are looked at after every kernel. Fresh memory is NaN, and freed addresses are not used again.
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace cuda_on_host {

class GuardedMemory {
 public:
  GuardedMemory() = default;
  /// Throws std::bad_alloc where there is no memory.
  GuardedMemory(std::size_t bytes, std::size_t alignment);
  ~GuardedMemory();
  GuardedMemory(GuardedMemory&& other) noexcept { swap(other); }
  GuardedMemory& operator=(GuardedMemory&& other) noexcept {
    swap(other);
    return *this;
  }

  std::byte* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }
  /// Ends the program with stop() where bytes beside the piece have changed; `what` names it.
  void check(const char* what) const;
  /// Whether the processor lets anybody in.
  void open(bool open) const;

 private:
  void swap(GuardedMemory& other) noexcept;

  std::byte* pages_ = nullptr;  // the first one that may be used
  std::size_t page_bytes_ = 0;
  std::byte* data_ = nullptr;
  std::size_t bytes_ = 0;
};

/// What cudaMalloc gives, aligned to 64 (all that kernels/device.h promises of a buffer); null where there is no memory.
void* allocate(std::size_t bytes);
/// False where `memory` is none that allocate() gave.
bool release(void* memory);
/// The same of memory of the host that the device reaches: what cudaHostAlloc gives.
void* allocate_host(std::size_t bytes);
bool release_host(void* memory);
/// Whether [memory, memory + bytes) lies in one piece that allocate() or allocate_host() gave.
bool is_device_memory(const void* memory, std::size_t bytes);
bool is_host_memory(const void* memory, std::size_t bytes);
/// How much allocate() may give in all, and how much it has given.
std::size_t device_memory_bytes();
std::size_t device_memory_used();

/// While it lives, the device works: its memory may be touched. At the end every piece is checked. Where the plan is late the
/// host, which has no business there, meets closed pages at all other times.
class DeviceAtWork {
 public:
  DeviceAtWork();
  ~DeviceAtWork();
  DeviceAtWork(const DeviceAtWork&) = delete;
  DeviceAtWork& operator=(const DeviceAtWork&) = delete;
};

/// Ends the program where a piece has been written beside.
void check_device_memory();

/// Says that no kernel uses the piece in which `memory` lies, a library's large workspace: snapshots leave it out, and it is
/// not closed.
void leave_out_of_snapshots(const void* memory);

/// What the memory that kernels write to holds at one moment.
class Snapshot {
 public:
  Snapshot();
  void restore() const;
  /// The first byte in which memory differs from it, in words; "" where none does.
  std::string difference() const;

 private:
  std::vector<std::pair<std::byte*, std::vector<std::byte>>> kept_;
};

/// What lies at an address that may not be touched, as a sentence.
std::string describe(const void* address);

}  // namespace cuda_on_host
