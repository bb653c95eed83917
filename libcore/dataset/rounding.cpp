#include "libcore/dataset/rounding.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "libcore/dataset/real_values.h"

namespace daybreak::dataset {

double round_to_step(double x, double step) {
  if (step == 0 || x == 0 || !std::isfinite(x) || !std::isfinite(step)) return x;
  const double multiple = std::nearbyint(x / step);
  return multiple == 0 ? 0 : multiple * step;
}

double relative_step(double x, int bits) {
  return x == 0 || !std::isfinite(x) ? 0 : std::ldexp(1.0, std::ilogb(x) - bits);
}

void round_elements(io::DType type, const Rounding& rounding, std::uint64_t first_element,
                    std::span<const std::byte> in, std::span<std::byte> out) {
  constexpr std::size_t kAtOnce = 4096;
  const std::size_t width = io::dtype_bytes(type);
  double values[kAtOnce], written[kAtOnce];
  std::byte rounded[kAtOnce * sizeof(double)];
  std::size_t column = first_element % rounding.steps.size();
  for (std::size_t at = 0; at < in.size();) {
    const std::size_t count = std::min(kAtOnce, (in.size() - at) / width), bytes = count * width;
    to_doubles(type, in.subspan(at, bytes), {values, count});
    for (std::size_t i = 0; i < count; ++i) {
      double step = rounding.steps[column];
      column = column + 1 == rounding.steps.size() ? 0 : column + 1;
      if (is_missing(values[i], rounding.missing)) continue;
      if (rounding.mantissa_bits) step = std::min(step, relative_step(values[i], *rounding.mantissa_bits));
      values[i] = round_to_step(values[i], step);
    }
    from_doubles(type, {values, count}, {rounded, bytes});
    to_doubles(type, {rounded, bytes}, {written, count});
    if (in.data() != out.data()) std::memcpy(out.data() + at, in.data() + at, bytes);
    // What became infinite, and NaN, whose bits must stay, are left as they were.
    for (std::size_t i = 0; i < count; ++i)
      if (std::isfinite(written[i])) std::memcpy(out.data() + at + i * width, rounded + i * width, width);
    at += bytes;
  }
}

RoundedSource::RoundedSource(std::shared_ptr<const io::ArraySource> exact, Rounding rounding)
    : exact_(std::move(exact)), rounding_(std::move(rounding)) {}

void RoundedSource::read(std::uint64_t offset, std::span<std::byte> out) const {
  // Whole elements are rounded: a range may begin and end within one.
  const std::uint64_t width = io::dtype_bytes(info().type), skipped = offset % width;
  if (skipped == 0 && out.size() % width == 0) {
    exact_->read(offset, out);
    round_elements(info().type, rounding_, offset / width, out, out);
    return;
  }
  std::vector<std::byte> whole((skipped + out.size() + width - 1) / width * width);
  exact_->read(offset - skipped, whole);
  round_elements(info().type, rounding_, offset / width, whole, whole);
  std::copy_n(whole.begin() + static_cast<std::ptrdiff_t>(skipped), out.size(), out.begin());
}

}  // namespace daybreak::dataset
