#pragma once
// Equal samples: found by hash, confirmed by bytes, stored once.
#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "libcore/dataset/compress.h"
#include "libcore/dataset/hash.h"
#include "libcore/dataset/samples.h"

namespace daybreak::dataset {

/// Numbers contents in the order in which they first come.
class ContentIndex {
 public:
  /// The bytes of a content that has a number already.
  using Known = std::function<std::vector<std::byte>(std::uint64_t number)>;

  /// The number of this content, size() before the call where it is new. A hash alone never makes two contents one:
  /// `known` gives the bytes to compare.
  std::uint64_t number(std::span<const std::byte> content, const Known& known);
  std::uint64_t size() const { return size_; }

 private:
  struct Hasher {
    std::size_t operator()(const Digest128& digest) const { return digest.low; }
  };
  std::unordered_multimap<Digest128, std::uint64_t, Hasher> numbers_;
  std::uint64_t size_ = 0;
};

/// These arrays of an input as samples, its notes told beside its attributes. Errors: as SampleTable's.
SampleTable table_of(const CompressInput& input, SampleTable::Arrays arrays);

/// Which samples are the same.
struct Duplicates {
  std::vector<std::int64_t> index;   // of each sample, which of the distinct ones it is
  std::vector<std::uint64_t> first;  // of each distinct one, the first sample that is it
};
Duplicates find_duplicates(const SampleTable& table, const Surroundings& around);

/// Arranges that equal samples of the input are stored once: the arrays keep the distinct ones in the order of their
/// first, and "sample_index" (I64) tells for each sample which it is, so that everything comes back. Labels are part of
/// a sample. Notes how many samples there are; does nothing else where none comes twice or a sample is no longer than
/// an index. Errors: Error (data) where the arrays are no samples.
void store_once(CompressInput& input, const Surroundings& around);

}  // namespace daybreak::dataset
