#pragma once
// Integers as a bin (a symbol) and an offset in it (plain bits), after pcodec: near the entropy of any density that is
// smooth within its bins. How many integers there are, the reader knows.
//
// Bytes: the number of bins - 1; the bins, in rising order; the bin of each value as a symbol stream (symbols.h); a
// block of offsets of w bits each (bit_stream.h; of a short stream without its zero bytes), left out where all widths
// w are 0. The bins are a block of bits
// (bit_stream.h, without its zero bytes): for each, how many bits the difference of its lower bound from that of the
// bin before has, said as near the width of the bin before plus 1, and those below its leading one; then its width w,
// as near that of the bin before. Nearness is the difference, zigzag, as so many ones and a zero, from 8 on as 8 ones
// and the rest in 7 bits. Before the first bin are bound 0 and width 0.
#include "libcore/codecs/element_words.h"
#include "libcore/codecs/symbols.h"

namespace daybreak::codecs {

/// The values lower to lower + 2^width - 1.
template <class Word>
struct Bin {
  Word lower;
  std::uint8_t width;
};

/// At most 256, in rising order.
template <class Word>
using Bins = std::vector<Bin<Word>>;

/// Bins by the density of the values: the cheapest merges of up to 2048 quantiles.
template <class Word>
Bins<Word> density_bins(std::span<const Word> sorted);
/// Bins of one width, as fine as pays where odds differ by context; the rare low values share wide ones.
template <class Word>
Bins<Word> even_bins(std::span<const Word> sorted);
/// Bins for magnitudes, the same for all data: single values below 16, then four an octave.
template <class Word>
Bins<Word> magnitude_bins();

template <class Word>
Words<Word> sorted_copy(std::span<const Word> values);

/// The bin of each value.
template <class Word>
Bytes find_bins(std::span<const Word> values, const Bins<Word>& bins);

template <class Word>
void write_offsets(std::span<const Word> values, ByteSpan symbols, const Bins<Word>& bins, ByteWriter& out);
/// Values from their bins; symbols beyond the bins stand for the last.
template <class Word>
bool read_offsets(ByteReader& in, ByteSpan symbols, const Bins<Word>& bins, std::span<Word> values);

/// A stream of its own bins; contexts may be none.
template <class Word>
void write_numbers(std::span<const Word> values, ByteWriter& out, SideContexts contexts = {});
/// False where the bytes are no stream of values.size() integers.
template <class Word>
bool read_numbers(ByteReader& in, std::span<Word> values, const ContextSource& contexts = {});

}  // namespace daybreak::codecs
