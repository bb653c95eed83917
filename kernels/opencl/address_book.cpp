#include "kernels/opencl/address_book.h"

#include <sys/mman.h>

#include "kernels/chip/operation.h"

namespace daybreak::kernels::opencl {

AddressBook::~AddressBook() {
  for (const auto& [address, range] : ranges_) munmap(reinterpret_cast<void*>(address), range.bytes);
}

void* AddressBook::enter(Memory memory, std::size_t bytes) {
  void* const address = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (address == MAP_FAILED) return nullptr;
  ranges_[reinterpret_cast<std::uintptr_t>(address)] = {std::move(memory), bytes};
  return address;
}

void AddressBook::strike(void* address) {
  const auto found = ranges_.find(reinterpret_cast<std::uintptr_t>(address));
  if (found == ranges_.end()) return;
  munmap(address, found->second.bytes);
  ranges_.erase(found);
}

Place AddressBook::find(const void* address) const {
  if (!address) return {};
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  auto range = ranges_.upper_bound(wanted);
  if (range != ranges_.begin()) {
    --range;
    const std::size_t offset = wanted - range->first;
    if (offset < range->second.bytes) return {range->second.memory.get(), offset};
  }
  throw Refusal{DAYBREAK_INVALID, "an address is none of this device's memory"};
}

}  // namespace daybreak::kernels::opencl
