#include "tests/kernels/cuda_on_host/memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <map>
#include <new>
#include <set>
#include <utility>

#include "tests/kernels/cuda_on_host/faults.h"
#include "tests/kernels/cuda_on_host/order.h"

namespace cuda_on_host {
namespace {

constexpr std::size_t kPage = 4096, kAlignment = 64;
constexpr std::size_t kDeviceBytes = std::size_t{4} << 30;  // a small device, so that asking for too much can be tested
constexpr std::size_t kReserved = std::size_t{64} << 30;    // addresses taken from the system at a time
constexpr int kNan = 0xff;
constexpr unsigned char kBeside = 0xa5;

std::byte* next_free = nullptr;
std::size_t free_bytes = 0;
std::map<const std::byte*, GuardedMemory> pieces;       // of the device, by their data
std::map<const std::byte*, GuardedMemory> host_pieces;  // of allocate_host()
std::map<const std::byte*, std::size_t> living, freed;  // all pieces, and what was there before
std::set<const std::byte*> left_out;  // of snapshots, and always open
std::size_t used = 0;
int at_work = 0;

/// Addresses that nobody may touch and that were never used before.
std::byte* fresh_addresses(std::size_t bytes) {
  if (free_bytes < bytes) {
    const std::size_t reserved = bytes > kReserved ? bytes : kReserved;
    void* const place = mmap(nullptr, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (place == MAP_FAILED) throw std::bad_alloc();
    next_free = static_cast<std::byte*>(place), free_bytes = reserved;
  }
  free_bytes -= bytes;
  return std::exchange(next_free, next_free + bytes);
}

std::size_t up(std::size_t bytes, std::size_t to) {
  return (bytes + to - 1) / to * to;
}

bool within(const std::map<const std::byte*, GuardedMemory>& all, const void* memory, std::size_t bytes) {
  const auto* const first = static_cast<const std::byte*>(memory);
  auto found = all.upper_bound(first);
  if (found == all.begin()) return false;
  --found;
  return first + bytes <= found->first + found->second.bytes();
}

void open_pieces(bool open) {
  for (const auto& [data, piece] : pieces)
    if (!left_out.contains(data)) piece.open(open);
}

std::string text_of(const void* address, const char* relation, std::ptrdiff_t distance, std::size_t bytes) {
  char text[160];
  std::snprintf(text, sizeof text, "an access to %p, %td bytes %s a piece of %zu bytes", address, distance, relation, bytes);
  return text;
}

}  // namespace

GuardedMemory::GuardedMemory(std::size_t bytes, std::size_t alignment) : bytes_(bytes) {
  if (bytes == 0) return;
  page_bytes_ = up(up(bytes, alignment), kPage);
  pages_ = fresh_addresses(page_bytes_ + 2 * kPage) + kPage;
  if (mprotect(pages_, page_bytes_, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  data_ = pages_ + page_bytes_ - up(bytes, alignment);
  std::memset(pages_, kBeside, page_bytes_);
  std::memset(data_, kNan, bytes_);
  living[data_] = bytes_;
}

GuardedMemory::~GuardedMemory() {
  if (!pages_) return;
  living.erase(data_);
  freed[data_] = bytes_;
  madvise(pages_, page_bytes_, MADV_DONTNEED);
  mprotect(pages_, page_bytes_, PROT_NONE);
}

void GuardedMemory::swap(GuardedMemory& other) noexcept {
  std::swap(pages_, other.pages_), std::swap(page_bytes_, other.page_bytes_);
  std::swap(data_, other.data_), std::swap(bytes_, other.bytes_);
}

void GuardedMemory::check(const char* what) const {
  if (!pages_) return;
  const auto is_whole = [](std::byte byte) { return byte == std::byte{kBeside}; };
  for (const std::byte* p = data_ + bytes_; p < pages_ + page_bytes_; ++p)
    if (!is_whole(*p)) stop("a write %td bytes past the end of %s of %zu bytes", p - (data_ + bytes_), what, bytes_);
  for (const std::byte* p = data_ - 1; p >= pages_ && p >= data_ - kAlignment; --p)
    if (!is_whole(*p)) stop("a write %td bytes before the beginning of %s of %zu bytes", data_ - p, what, bytes_);
}

void GuardedMemory::open(bool open) const {
  if (pages_) mprotect(pages_, page_bytes_, open ? PROT_READ | PROT_WRITE : PROT_NONE);
}

void* allocate(std::size_t bytes) {
  if (bytes > kDeviceBytes - used) return nullptr;
  GuardedMemory piece(bytes, kAlignment);
  std::byte* const data = piece.data();
  if (plan().late && at_work == 0) piece.open(false);
  used += bytes;
  pieces.insert({data, std::move(piece)});
  return data;
}

bool release(void* memory) {
  const auto found = pieces.find(static_cast<std::byte*>(memory));
  if (found == pieces.end()) return false;
  used -= found->second.bytes();
  left_out.erase(found->first);
  pieces.erase(found);
  return true;
}

void* allocate_host(std::size_t bytes) {
  GuardedMemory piece(bytes, kAlignment);
  std::byte* const data = piece.data();
  host_pieces.insert({data, std::move(piece)});
  return data;
}

bool release_host(void* memory) {
  return host_pieces.erase(static_cast<std::byte*>(memory)) != 0;
}

bool is_device_memory(const void* memory, std::size_t bytes) {
  return within(pieces, memory, bytes);
}

bool is_host_memory(const void* memory, std::size_t bytes) {
  return within(host_pieces, memory, bytes);
}

std::size_t device_memory_bytes() {
  return kDeviceBytes;
}

std::size_t device_memory_used() {
  return used;
}

void check_device_memory() {
  for (const auto& [data, piece] : pieces) piece.check("a piece of device memory");
  for (const auto& [data, piece] : host_pieces) piece.check("a piece of cudaHostAlloc()");
}

void leave_out_of_snapshots(const void* memory) {
  const auto& [data, piece] = *std::prev(pieces.upper_bound(static_cast<const std::byte*>(memory)));
  if (left_out.insert(data).second) piece.open(true);
}

Snapshot::Snapshot() {
  constexpr std::size_t kRing = 1 << 20;  // larger pieces of the host are for copies, and no kernel's
  const auto keep = [this](const GuardedMemory& piece) { kept_.push_back({piece.data(), {piece.data(), piece.data() + piece.bytes()}}); };
  for (const auto& [data, piece] : pieces)
    if (!left_out.contains(data)) keep(piece);
  for (const auto& [data, piece] : host_pieces)
    if (piece.bytes() < kRing) keep(piece);
}

void Snapshot::restore() const {
  for (const auto& [data, bytes] : kept_) std::memcpy(data, bytes.data(), bytes.size());
}

std::string Snapshot::difference() const {
  for (const auto& [data, bytes] : kept_) {
    const auto differs = std::mismatch(bytes.begin(), bytes.end(), data).first;
    if (differs == bytes.end()) continue;
    char text[80];
    std::snprintf(text, sizeof text, "byte %td of a piece of %zu bytes", differs - bytes.begin(), bytes.size());
    return text;
  }
  return {};
}

DeviceAtWork::DeviceAtWork() {
  if (at_work++ == 0 && plan().late) open_pieces(true);
}

DeviceAtWork::~DeviceAtWork() {
  check_device_memory();
  if (--at_work == 0 && plan().late) open_pieces(false);
}

std::string describe(const void* address) {
  const auto* const at = static_cast<const std::byte*>(address);
  for (const auto& [data, bytes] : living) {
    const std::byte* const end = data + bytes;
    if (at >= data && at < end) return text_of(address, "into", at - data, bytes) + ", which is closed";
    if (at >= end && at < end + 2 * kPage) return text_of(address, "past the end of", at - end, bytes);
    if (at < data && at >= data - 2 * kPage) return text_of(address, "before the beginning of", data - at, bytes);
  }
  for (const auto& [data, bytes] : freed)
    if (at >= data && at < data + bytes) return text_of(address, "into", at - data, bytes) + " that was freed";
  char text[80];
  std::snprintf(text, sizeof text, "an access to %p, where there is no memory of the device", address);
  return text;
}

}  // namespace cuda_on_host
