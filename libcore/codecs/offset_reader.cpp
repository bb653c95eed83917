#include "libcore/codecs/offset_reader.h"

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs {
namespace offsets {

std::span<const Kernel* const> kernels() {
#ifdef __x86_64__
  static const Kernel* const all[] = {&avx2::kernel(), &avx512vbmi::kernel()};
  return usable_kernels<Kernel>(all);
#else
  return {};
#endif
}

}  // namespace offsets

template <class Word>
OffsetReader<Word>::OffsetReader(const Bins<Word>& bins, ByteSpan block, const offsets::Kernel* kernel)
    : bits_(block), kernel_(kernel) {
  for (std::size_t i = 0; i < 256; ++i) {
    const Bin<Word>& bin = bins[std::min(i, bins.size() - 1)];
    bins_.lower[i] = bin.lower, bins_.width[i] = bin.width;
    if constexpr (sizeof(Word) == 4)
      for (std::size_t b = 0; b < 4; ++b) bins_.lower_planes[b][i] = static_cast<std::uint8_t>(bin.lower >> (8 * b));
  }
}

template <class Word>
void OffsetReader<Word>::get(ByteSpan symbols, std::span<Word> values) {
  BitReader bits = bits_;  // a local one, which no value can alias
  std::size_t i = 0;
  if constexpr (sizeof(Word) == 4)
    if (kernel_ != nullptr) i = get_lanes(symbols, values), bits = bits_;
  for (; i < values.size(); ++i) {
    const unsigned width = bins_.width[symbols[i]];
    values[i] =
        static_cast<Word>(bins_.lower[symbols[i]] + (sizeof(Word) == 8 ? bits.get_wide(width) : bits.get(width)));
  }
  bits_ = bits;
}

template <class Word>
std::size_t OffsetReader<Word>::get_lanes(ByteSpan symbols, std::span<Word> values) requires(sizeof(Word) == 4) {
  const std::size_t done = get_lanes_of(bits_.bytes(), 0, symbols, values);
  const std::size_t tail = std::min(bits_.bytes().size(), offsets::kGuard), before = bits_.bytes().size() - tail;
  if (done == values.size() || bits_.position() < 8 * before) return done;
  // Near the end fields are read from a copy with zeros behind it.
  std::uint8_t padded[2 * offsets::kGuard] = {};
  std::copy_n(bits_.bytes().begin() + static_cast<std::ptrdiff_t>(before), tail, padded);
  return done + get_lanes_of(padded, 8 * before, symbols.subspan(done), values.subspan(done));
}

template <class Word>
std::size_t OffsetReader<Word>::get_lanes_of(ByteSpan bytes, std::uint64_t first_bit, ByteSpan symbols,
                                             std::span<Word> values) requires(sizeof(Word) == 4) {
  offsets::Source source{bytes.data(), bytes.size(), bits_.position() - first_bit, &bins_};
  const std::size_t done = kernel_->read(source, symbols.data(), values.data(), values.size());
  bits_.skip_to(first_bit + source.position);
  return done;
}

template class OffsetReader<std::uint32_t>;
template class OffsetReader<std::uint64_t>;

}  // namespace daybreak::codecs
