#pragma once
// The lossy form of real numbers that needs our filter plugin: frames of quantized values (codecs/lossy.h), chunk by
// chunk, with one way and one step for the whole array.
#include <mutex>
#include <vector>

#include "libcore/codecs/lossy.h"
#include "libcore/dataset/chunk_form.h"
#include "libcore/dataset/chunk_grid.h"

namespace daybreak::dataset {

struct LossyForm {
  codecs::Pipeline pipeline;
  std::vector<double> steps;  // one for each column, or one for all
  double bound = 0;           // as codecs::Loss has it
  std::vector<double> missing;
  std::uint64_t chunk_target = 0;  // bytes of a chunk, for make_grid()

  codecs::Loss loss() const;
};

/// A chunk as it will be read, and the frame that gives it; no frame where none is smaller than the chunk.
struct LossyChunk {
  std::vector<std::byte> decoded, frame;
  codecs::Pipeline pipeline;  // of the frame
};
/// `chunk` is whole. Error (bug, resources).
LossyChunk encode_lossy_chunk(const LossyForm& form, const codecs::ChunkType& type, std::span<const std::byte> chunk);

/// Without the frame, as a search for the steps wants it.
std::vector<std::byte> quantize_chunk(const LossyForm& form, const codecs::ChunkType& type,
                                      std::span<const std::byte> chunk);

/// An array as its frames will give it, each chunk quantized when it is reached; the last one is kept.
class QuantizedSource : public io::ArraySource {
 public:
  /// Both outlive this.
  QuantizedSource(const io::ArraySource& exact, const ChunkGrid& grid, LossyForm form);
  const io::ArrayInfo& info() const override { return exact_.info(); }
  void read(std::uint64_t offset, std::span<std::byte> out) const override;

 private:
  const io::ArraySource& exact_;
  const ChunkGrid& grid_;
  LossyForm form_;
  mutable std::mutex mutex_;
  mutable std::uint64_t kept_ordinal_ = 0;
  mutable std::vector<std::byte> kept_;  // empty: none yet
};

/// Reads a chunk; what lies beyond the array's end repeats the last row, which costs less than zeros.
std::vector<std::byte> read_smooth_chunk(const io::ArraySource& source, const ChunkGrid& grid, const ChunkPlace& place);

}  // namespace daybreak::dataset
