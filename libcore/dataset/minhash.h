#pragma once
// How similar two texts are: the Jaccard index of their 5-grams of bytes, and MinHash to find pairs that may be (A.
// Broder, On the resemblance and containment of documents, 1997), in bands (Leskovec, Rajaraman, Ullman, Mining of
// Massive Datasets, chapter 3).
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace daybreak::dataset {

/// The different 5-grams of the bytes, sorted; a text of fewer bytes is one gram, an empty one has none.
std::vector<std::uint64_t> five_grams(std::string_view text);
/// Shared over all different grams; 0 where both have none.
double jaccard(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b);

inline constexpr std::size_t kPermutations = 128;
using Signature = std::array<std::uint32_t, kPermutations>;
/// The least hash of the grams under each of 128 permutations. Two signatures agree in a place with the probability of
/// the Jaccard index.
Signature minhash(const std::vector<std::uint64_t>& grams);

/// How a signature is cut: two texts meet where all rows of a band agree.
struct Bands {
  std::size_t count = 0, rows = 0;
};
/// As many rows as leave a pair at the threshold unmet at most once in 10,000: 25 bands of 5 rows for 0.8.
Bands bands_for(double threshold);

/// Texts by the bands of their signatures. Memory: some 40 bytes a band and text.
class NearIndex {
 public:
  explicit NearIndex(double threshold) : bands_(bands_for(threshold)), tables_(bands_.count) {}
  /// Those that share a band with this one, ascending, each once.
  std::vector<std::uint64_t> candidates(const Signature& signature) const;
  void add(const Signature& signature, std::uint64_t number);

 private:
  std::uint64_t key(const Signature& signature, std::size_t band) const;

  Bands bands_;
  std::vector<std::unordered_multimap<std::uint64_t, std::uint64_t>> tables_;
};

}  // namespace daybreak::dataset
