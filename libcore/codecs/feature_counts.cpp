#include "libcore/codecs/feature_counts.h"

namespace daybreak::codecs {

std::int16_t match_feature(ByteSpan data, std::size_t shortest) {
  constexpr std::size_t kLookedAt = 32 << 10, kWindowBits = 13;
  const std::size_t length = std::min(data.size(), kLookedAt);
  const ByteSpan part = data.subspan((data.size() - length) / 2, length);
  if (length < shortest + 4) return 0;
  std::vector<std::uint32_t> seen(std::size_t{1} << kWindowBits);  // a place + 1
  std::size_t matched = 0;
  for (std::size_t at = 0; at + shortest <= length;) {
    const auto four = load_little<std::uint32_t>(part.data() + at);
    std::uint32_t& entry = seen[scatter_bits(four) >> (64 - kWindowBits)];
    const std::size_t before = entry;
    entry = static_cast<std::uint32_t>(at + 1);
    std::size_t same = 0;
    if (before > 0)
      while (at + same < length && part[before - 1 + same] == part[at + same]) ++same;
    matched += same >= shortest ? same : 0;
    at += same >= shortest ? same : 1;
  }
  return share_feature(matched, length);
}

std::int16_t explained_feature(std::span<const std::uint32_t> groups, std::span<const std::uint32_t> values) {
  struct Sum {
    std::uint64_t count = 0, sum = 0;
  };
  std::vector<Sum> sums(*std::max_element(groups.begin(), groups.end()) + std::size_t{1});
  std::uint64_t all = 0, squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    ++sums[groups[i]].count;
    sums[groups[i]].sum += values[i];
    all += values[i];
    squares += std::uint64_t{values[i]} * values[i];
  }
  // In units of 1: whole squares are below 2^12 * 2^20.
  const std::uint64_t mean_square = all * all / values.size();
  const std::uint64_t total = squares - std::min(squares, mean_square);
  std::uint64_t between = 0, used = 0;
  for (const Sum& one : sums)
    if (one.count > 0) between += one.sum * one.sum / one.count, ++used;
  between -= std::min(between, mean_square);
  if (total == 0 || used < 2 || used >= values.size()) return 0;
  const std::uint64_t within = total - std::min(total, between);
  const std::uint64_t chance = within * (used - 1) / (values.size() - used);
  return static_cast<std::int16_t>((between - std::min(between, chance)) * 1024 / total);
}

}  // namespace daybreak::codecs
