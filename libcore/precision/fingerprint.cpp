#include "libcore/precision/fingerprint.h"

#include <xxhash.h>

#include "libcore/base/error.h"
#include "libcore/base/hex.h"
#include "libcore/model/parameters.h"

namespace daybreak::precision {

struct Fingerprint::State {
  State() : hash(XXH3_createState()) {
    if (hash == nullptr || XXH3_64bits_reset(hash) != XXH_OK) throw Error(ExitStatus::resources, "no memory for a hash");
  }
  ~State() { XXH3_freeState(hash); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  XXH3_state_t* hash;
};

Fingerprint::Fingerprint() : state_(std::make_unique<State>()) {}
Fingerprint::~Fingerprint() = default;

void Fingerprint::add(std::span<const std::byte> bytes) {
  XXH3_64bits_update(state_->hash, bytes.data(), bytes.size());
}

std::string Fingerprint::text() const {
  return hex64(XXH3_64bits_digest(state_->hash));
}

std::string weights_hash(const model::Config& config, std::span<const float> weights) {
  Fingerprint print;
  for (const model::Parameter& parameter : model::parameter_table(config)) {
    print.add(std::string_view(parameter.name.c_str(), parameter.name.size() + 1));
    print.add(std::as_bytes(weights.subspan(static_cast<std::size_t>(parameter.offset), static_cast<std::size_t>(parameter.count))));
  }
  return print.text();
}

}  // namespace daybreak::precision
