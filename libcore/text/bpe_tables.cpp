// The tables around the merges: hashing, pairs, GPT-2's alphabet and the pool of scratch.
#include <unordered_map>
#include <xxhash.h>

#include "libcore/base/utf8.h"
#include "libcore/text/bpe.h"

namespace daybreak::text {

std::size_t TextHash::operator()(std::string_view text) const { return XXH3_64bits(text.data(), text.size()); }

std::size_t PairTable::place_of(std::uint64_t key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = static_cast<std::size_t>((key * 0x9E3779B97F4A7C15u) >> 32) & mask;
  while (slots_[place].key != key && slots_[place].key != ~std::uint64_t{0}) place = (place + 1) & mask;
  return place;
}

void PairTable::insert(std::uint32_t left, std::uint32_t right, Value value) {
  if (2 * (used_ + 1) > slots_.size()) {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.key != ~std::uint64_t{0}) slots_[place_of(slot.key)] = slot;
  }
  const std::uint64_t key = std::uint64_t{left} << 32 | right;
  Slot& slot = slots_[place_of(key)];
  if (slot.key != key) ++used_;
  slot = {key, value};
}

const PairTable::Value* PairTable::find(std::uint32_t left, std::uint32_t right) const {
  const std::uint64_t key = std::uint64_t{left} << 32 | right;
  const Slot& slot = slots_[place_of(key)];
  return slot.key == key ? &slot.value : nullptr;
}

const std::array<char32_t, 256>& byte_alphabet() {
  static const std::array<char32_t, 256> alphabet = [] {
    std::array<char32_t, 256> codes{};
    char32_t next = 0x100;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const bool printable = (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
      codes[byte] = printable ? byte : next++;
    }
    return codes;
  }();
  return alphabet;
}

std::optional<std::string> bytes_of_token(std::string_view token) {
  static const std::unordered_map<char32_t, char> bytes = [] {
    std::unordered_map<char32_t, char> map;
    for (unsigned byte = 0; byte < 256; ++byte) map[byte_alphabet()[byte]] = static_cast<char>(byte);
    return map;
  }();
  std::string spelled;
  for (std::size_t at = 0; at < token.size();) {
    const CodePoint point = code_point_at(token, at);
    const auto found = bytes.find(point.value);
    if (found == bytes.end()) return std::nullopt;
    spelled += found->second;
    at += point.length;
  }
  return spelled;
}

ScratchPool::Loan ScratchPool::borrow() {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<BpeScratch> scratch;
  if (idle_.empty()) {
    scratch = std::make_unique<BpeScratch>();
  } else {
    scratch = std::move(idle_.back());
    idle_.pop_back();
  }
  return Loan(*this, std::move(scratch));
}

ScratchPool::Loan::~Loan() {
  const std::lock_guard lock(pool_.mutex_);
  // Keeping an idle scratch is an optimization: without memory for it, it is dropped.
  try {
    pool_.idle_.push_back(std::move(scratch_));
  } catch (const std::bad_alloc&) {
  }
}

}  // namespace daybreak::text
