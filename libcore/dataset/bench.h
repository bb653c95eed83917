#pragma once
// Sizes and speeds of all ways to pack an array, on the array itself.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/dataset/compress.h"

namespace daybreak::dataset {

struct BenchOptions {
  std::int64_t repeat = 3;                            // the best of so many times counts
  std::int64_t limit_bytes = std::int64_t{16} << 20;  // of an array, in chunks spread over it
  std::int64_t chunk_bytes = std::int64_t{1} << 20;
  std::vector<std::string> peers;  // none: all that are there

  void declare(OptionSink& sink);
  /// Error (usage) for values that cannot be and peers that are none.
  void check() const;
};

/// What one peer did with an array.
struct PeerResult {
  std::string peer;
  bool ours = false, whole = false;  // whole: in one piece, without random access; else chunk by chunk
  std::uint64_t input_bytes = 0, bytes = 0;
  double encode_s = 0, decode_s = 0;
  std::string failure;  // why there is no result: not here, or what it gave back differs
};

/// Packs and unpacks chunks of the array by every peer on this thread, or the whole of them by another program,
/// compares what comes back with the source, and only then measures. Results in the order of the peers; of an array
/// without chunks none. Memory: a few chunks; programs read and write temporary files. Errors: those of the source;
/// Error (resources, io).
std::vector<PeerResult> bench(const io::ArraySource& source, const BenchOptions& options, const Surroundings& around);

}  // namespace daybreak::dataset
