#pragma once
// The values of bins (bins.h) from their symbols and the block of their offsets.
#include <type_traits>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/bit_stream.h"
#include "libcore/codecs/offset_lanes.h"

namespace daybreak::codecs {

template <class Word>
class OffsetReader {
 public:
  /// No kernel: field by field. All give the same values.
  OffsetReader(const Bins<Word>& bins, ByteSpan block, const offsets::Kernel* kernel);
  OffsetReader(const Bins<Word>& bins, ByteSpan block)
      : OffsetReader(bins, block, offsets::kernels().empty() ? nullptr : offsets::kernels().back()) {}

  /// Else nothing can be read.
  bool usable() const { return bits_.usable(); }
  /// The next values; symbols beyond the bins stand for the last.
  void get(ByteSpan symbols, std::span<Word> values);
  /// All fields were read and no more.
  bool finished() const { return bits_.finished(); }

 private:
  /// The values that a kernel reads at once; returns how many.
  std::size_t get_lanes(ByteSpan symbols, std::span<Word> values) requires(sizeof(Word) == 4);
  /// The same from bytes that begin at that bit of the block.
  std::size_t get_lanes_of(ByteSpan bytes, std::uint64_t first_bit, ByteSpan symbols,
                           std::span<Word> values) requires(sizeof(Word) == 4);

  struct WideBinTable {
    Word lower[256];
    std::uint8_t width[256];
  };
  std::conditional_t<sizeof(Word) == 4, offsets::BinTable, WideBinTable> bins_{};
  BitReader bits_;
  const offsets::Kernel* kernel_;
};

}  // namespace daybreak::codecs
