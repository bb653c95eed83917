#include "libcore/training/token_source.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/training/fingerprint.h"

namespace daybreak::training {

TokenSource::TokenSource(const std::string& path)
    : reader_(path), index_(dataset::token_array_index(reader_)), count_(io::element_count(reader_.arrays()[index_].shape, path)) {
  if (count_ == 0) throw data_error(path, "\"" + array() + "\" holds no token", "make a dataset of a text or tokens that are not empty");
}

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
