#pragma once
// XXH3 of bytes: what says that data came back the same.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace daybreak::dataset {

/// XXH3, 64 bits, seed 0.
std::uint64_t hash64(std::span<const std::byte> bytes);

/// XXH3, 128 bits, seed 0.
struct Digest128 {
  std::uint64_t low = 0, high = 0;
  bool operator==(const Digest128&) const = default;
};
Digest128 hash128(std::span<const std::byte> bytes);

/// XXH3, 128 bits, seed 0, of bytes that come in parts.
class Hash128 {
 public:
  Hash128();
  ~Hash128();
  void add(std::span<const std::byte> bytes);
  /// 32 hexadecimal digits, as xxhsum -H2 prints them.
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace daybreak::dataset
