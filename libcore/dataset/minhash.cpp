#include "libcore/dataset/minhash.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <span>

#include "libcore/dataset/hash.h"

namespace daybreak::dataset {
namespace {

constexpr std::size_t kGram = 5;  // bytes

/// SplitMix64's output function (Steele, Lea, Flood, 2014).
constexpr std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

/// Factors and summands of the permutations x -> (a x + b) >> 32 of mixed grams; a is odd.
struct Factors {
  std::array<std::uint64_t, kPermutations> a{}, b{};
  constexpr Factors() {
    constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;
    for (std::size_t k = 0; k < kPermutations; ++k) {
      a[k] = mixed((2 * k + 1) * kGolden) | 1;
      b[k] = mixed((2 * k + 2) * kGolden);
    }
  }
};
constexpr Factors kFactors;

}  // namespace

std::vector<std::uint64_t> five_grams(std::string_view text) {
  std::vector<std::uint64_t> grams;
  if (text.empty()) return grams;
  const std::size_t length = std::min(text.size(), kGram);
  std::uint64_t gram = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    gram = (gram << 8 | static_cast<unsigned char>(text[i])) & ((std::uint64_t{1} << (8 * kGram)) - 1);
    if (i + 1 >= length) grams.push_back(std::uint64_t{length} << (8 * kGram) | gram);
  }
  std::sort(grams.begin(), grams.end());
  grams.erase(std::unique(grams.begin(), grams.end()), grams.end());
  return grams;
}

double jaccard(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  std::size_t shared = 0;
  for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
    shared += *x == *y ? 1 : 0;
    const bool forward = *x <= *y;
    if (*y <= *x) ++y;
    if (forward) ++x;
  }
  const std::size_t all = a.size() + b.size() - shared;
  return all == 0 ? 0 : static_cast<double>(shared) / static_cast<double>(all);
}

Signature minhash(const std::vector<std::uint64_t>& grams) {
  Signature least;
  least.fill(std::numeric_limits<std::uint32_t>::max());
  for (const std::uint64_t gram : grams) {
    const std::uint64_t x = mixed(gram);
    for (std::size_t k = 0; k < kPermutations; ++k)
      least[k] = std::min(least[k], static_cast<std::uint32_t>((kFactors.a[k] * x + kFactors.b[k]) >> 32));
  }
  return least;
}

Bands bands_for(double threshold) {
  constexpr double kMissed = 1e-4;
  Bands bands{kPermutations, 1};
  for (std::size_t rows = 2; rows <= kPermutations; ++rows) {
    const std::size_t count = kPermutations / rows;
    const double missed = std::pow(1 - std::pow(threshold, rows), count);
    if (missed <= kMissed) bands = {count, rows};
  }
  return bands;
}

std::uint64_t NearIndex::key(const Signature& signature, std::size_t band) const {
  return hash64(std::as_bytes(std::span(signature).subspan(band * bands_.rows, bands_.rows)));
}

std::vector<std::uint64_t> NearIndex::candidates(const Signature& signature) const {
  std::vector<std::uint64_t> found;
  for (std::size_t band = 0; band < bands_.count; ++band) {
    const auto [begin, end] = tables_[band].equal_range(key(signature, band));
    std::transform(begin, end, std::back_inserter(found), [](const auto& entry) { return entry.second; });
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

void NearIndex::add(const Signature& signature, std::uint64_t number) {
  for (std::size_t band = 0; band < bands_.count; ++band) tables_[band].emplace(key(signature, band), number);
}

}  // namespace daybreak::dataset
