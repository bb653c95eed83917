#include "libcore/codecs/exact_values.h"

#include <algorithm>
#include <functional>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/pixels.h"
#include "libcore/codecs/reals.h"

namespace daybreak::codecs {
namespace {

enum class Form : std::uint8_t { gaps, mask, changes, edges };

constexpr double kWorthOfEdges = 1.05;  // larger by so much they are still read sooner than a mask

Bytes write_gaps(ByteSpan exact) {
  ByteWriter out;
  Words<std::uint64_t> gaps;
  std::uint64_t gap = 0;
  for (const std::uint8_t one : exact)
    if (one != 0)
      gaps.push_back(std::exchange(gap, 0));
    else
      ++gap;
  out.byte(static_cast<std::uint8_t>(Form::gaps));
  write_numbers<std::uint64_t>(gaps, out);
  return out.take();
}

/// Empty where the array has no rows.
Bytes write_mask(const ArrayShape& shape, ByteSpan exact, Form form) {
  ByteWriter out;
  Words<std::uint32_t> mask(exact.begin(), exact.end());
  if (form == Form::changes)
    for (std::size_t i = mask.size(); i-- > shape.plane;) mask[i] ^= mask[i - shape.plane];
  out.byte(static_cast<std::uint8_t>(form));
  if (!write_pixels<std::uint32_t>(shape, mask, out)) return {};
  return out.take();
}

Bytes write_edges_of(const ArrayShape& shape, ByteSpan exact) {
  ByteWriter out;
  const bool lines = shape.row >= kShortestLine;
  out.byte(static_cast<std::uint8_t>(Form::edges));
  write_edges(exact, lines ? shape.row : exact.size(), lines ? shape.plane : 0, out);
  return out.take();
}

bool read_gaps(ByteReader& in, std::size_t count, std::size_t exact, std::vector<MaskRun>& runs) {
  Words<std::uint64_t> gaps(exact);
  if (!read_numbers<std::uint64_t>(in, gaps)) return false;
  std::size_t at = 0;
  for (const std::uint64_t gap : gaps) {
    if (gap >= count - at) return false;
    append_run(runs, {at + static_cast<std::size_t>(gap), 1});
    at += static_cast<std::size_t>(gap) + 1;
  }
  return true;
}

bool read_mask(ByteReader& in, std::size_t count, std::size_t plane, std::vector<MaskRun>& runs) {
  Words<std::uint32_t> mask(count);
  if (!read_pixels<std::uint32_t>(in, mask)) return false;
  for (std::size_t i = 0; i < count; ++i) {
    if (plane > 0 && i >= plane) mask[i] ^= mask[i - plane];
    if (mask[i] != 0) append_run(runs, {i, 1});
  }
  return true;
}

bool read_runs(Form form, ByteReader& in, std::size_t count, std::size_t plane, std::size_t exact,
               std::vector<MaskRun>& runs) {
  const bool read = form == Form::gaps    ? read_gaps(in, count, exact, runs)
                    : form == Form::edges ? read_edges(in, count, runs)
                                          : read_mask(in, count, form == Form::changes ? plane : 0, runs);
  std::size_t found = 0;
  for (const MaskRun& run : runs) found += run.count;
  return read && found == exact;
}

}  // namespace

template <class Word>
Bytes kept_exactly(ElementType type, std::span<const Word> bits, std::span<const double> missing) {
  Words<Word> sentinels;
  for (const double value : missing) sentinels.push_back(bits_of<Word>(type, static_cast<Real<Word>>(value)));
  Bytes exact(bits.size());
  for (std::size_t i = 0; i < bits.size(); ++i)
    exact[i] = !std::isfinite(real_of<Word>(type, bits[i])) ||
               std::find(sentinels.begin(), sentinels.end(), bits[i]) != sentinels.end();
  return exact;
}

template <class Word>
void write_exact(const ArrayShape& shape, ByteSpan exact, std::span<const Word> bits, ByteWriter& out) {
  out.varint(bits.size());
  if (bits.empty()) return;
  Bytes best = write_gaps(exact);
  for (const Form form : {Form::mask, Form::changes}) {
    if (form == Form::changes && shape.plane == 0) continue;
    Bytes mask = write_mask(shape, exact, form);
    if (!mask.empty() && mask.size() < best.size()) best.swap(mask);
  }
  const Bytes edges = write_edges_of(shape, exact);
  if (static_cast<double>(edges.size()) > kWorthOfEdges * static_cast<double>(best.size())) {
    out.bytes(best);
    return write_numbers<Word>(bits, out);
  }
  out.bytes(edges);
  const bool alike = std::adjacent_find(bits.begin(), bits.end(), std::not_equal_to<>()) == bits.end();
  out.byte(alike);
  if (alike)
    out.fixed(bits[0]);
  else
    write_numbers<Word>(bits, out);
}

template <class Word>
bool read_exact(ByteReader& in, std::size_t count, std::size_t plane, ExactValues<Word>& exact) {
  const auto number = static_cast<std::size_t>(in.varint(count));
  if (!in.ok() || number == 0) return in.ok();
  const auto form = static_cast<Form>(in.byte());
  if (form > Form::edges || (form == Form::changes && plane == 0)) return false;
  if (!read_runs(form, in, count, plane, number, exact.runs)) return false;
  if (form == Form::edges && in.byte() != 0) {
    exact.bits = {in.fixed<Word>()};
    return in.ok();
  }
  exact.bits.resize(number);
  return read_numbers<Word>(in, exact.bits);
}

template <class Word>
void ExactValues<Word>::store(ElementType type, std::span<std::uint8_t> out) const {
  with_element<Word>(element_info(type).bytes, [&](auto element) {
    using Element = decltype(element);
    const auto store_run = [&](const MaskRun& run, auto element_at) {
      std::uint8_t* const to = out.data() + run.first * sizeof(Element);
      for (std::size_t i = 0; i < run.count; ++i)
        store_little(static_cast<Element>(element_at(i)), to + i * sizeof(Element));
    };
    const Word* from = bits.data();
    for (const MaskRun& run : runs) {
      if (bits.size() == 1)  // a loop of its own, which becomes vectors
        store_run(run, [one = bits[0]](std::size_t) { return one; });
      else
        store_run(run, [from](std::size_t i) { return from[i]; }), from += run.count;
    }
  });
}

#define DAYBREAK_INSTANTIATE(Word)                                                            \
  template struct ExactValues<Word>;                                                          \
  template Bytes kept_exactly(ElementType, std::span<const Word>, std::span<const double>);   \
  template void write_exact(const ArrayShape&, ByteSpan, std::span<const Word>, ByteWriter&); \
  template bool read_exact(ByteReader&, std::size_t, std::size_t, ExactValues<Word>&);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
