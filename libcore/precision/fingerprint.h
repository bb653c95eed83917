#pragma once
// XXH3 (64 bits) of bytes that come in pieces.
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "libcore/model/config.h"

namespace daybreak::precision {

class Fingerprint {
 public:
  Fingerprint();
  ~Fingerprint();
  Fingerprint(const Fingerprint&) = delete;
  Fingerprint& operator=(const Fingerprint&) = delete;

  void add(std::span<const std::byte> bytes);
  void add(std::string_view text) { add(std::as_bytes(std::span(text.data(), text.size()))); }
  /// 16 hexadecimal digits.
  std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What tells a model's weights from others: over each tensor's name, a zero byte and its float32 values, in the order of
/// model::parameter_table(). The same for one file, shards, and any storage format that holds the same values.
/// weights: the flat array [flat_size].
std::string weights_hash(const model::Config& config, std::span<const float> weights);

}  // namespace daybreak::precision
