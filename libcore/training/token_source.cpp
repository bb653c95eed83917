#include "libcore/training/token_source.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "libcore/base/error.h"

namespace daybreak::training {
namespace {

/// FNV-1a, 64 bits: this tells data sets apart and protects nothing.
class Fingerprint {
 public:
  void add(std::uint64_t word) {
    for (int byte = 0; byte < 8; ++byte) {
      value_ = (value_ ^ ((word >> 8 * byte) & 0xff)) * 0x100000001b3;
    }
  }
  std::string hex() const {
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value_));
    return text.data();
  }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

}  // namespace

TokenSource::TokenSource(const std::string& path)
    : reader_(path), index_(dataset::token_array_index(reader_)), count_(io::element_count(reader_.arrays()[index_].shape, path)) {}

std::uint64_t TokenSource::type_vocabulary() const {
  return std::uint64_t{1} << 8 * io::dtype_bytes(reader_.arrays()[index_].type);
}

std::string TokenSource::fingerprint() const {
  constexpr std::uint64_t kEnd = 4096;
  Fingerprint fingerprint;
  fingerprint.add(count_);
  std::vector<std::uint32_t> tokens(std::min(kEnd, count_));
  for (const std::uint64_t first : {std::uint64_t{0}, count_ - tokens.size()}) {
    read(first, tokens);
    for (const std::uint32_t token : tokens) fingerprint.add(token);
  }
  return fingerprint.hex();
}

Split split(TokenRange whole, double share) {
  const auto kept = static_cast<std::uint64_t>(std::floor(static_cast<double>(whole.count) * (1 - share)));
  Split parts{{whole.first, kept}, {whole.first + kept, whole.count - kept}};
  if (parts.training.count == 0) throw usage_error("nothing is left for training", "hold out a smaller share");
  if (share > 0 && parts.held_out.count < 2) throw usage_error("the held-out share has fewer than two tokens", "hold out a larger share");
  return parts;
}

}  // namespace daybreak::training
