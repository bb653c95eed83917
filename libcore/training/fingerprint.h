#pragma once
// Tells datasets apart.
#include <cstdint>
#include <string>

#include "libcore/base/hex.h"

namespace daybreak::training {

/// FNV-1a, 64 bits: this tells data sets apart and protects nothing.
class Fingerprint {
 public:
  void add(std::uint64_t word) {
    for (int byte = 0; byte < 8; ++byte) value_ = (value_ ^ ((word >> 8 * byte) & 0xff)) * 0x100000001b3;
  }
  std::string hex() const { return hex64(value_); }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

}  // namespace daybreak::training
