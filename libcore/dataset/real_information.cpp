#include "libcore/dataset/real_information.h"

#include <array>
#include <cmath>

#include "libcore/dataset/real_values.h"
#include "libcore/dataset/rounding.h"

namespace daybreak::dataset {
namespace {

constexpr std::size_t kMostBits = 64;

int mantissa_bits(io::DType type) {
  return type == io::DType::f64 ? 52 : type == io::DType::f32 ? 23 : type == io::DType::f16 ? 10 : 7;
}

std::uint64_t bits_at(std::span<const std::byte> bytes, std::size_t width, std::size_t i) {
  std::uint64_t bits = 0;
  for (std::size_t k = width; k-- > 0;) bits = bits << 8 | std::to_integer<std::uint64_t>(bytes[i * width + k]);
  return bits;
}

/// How often each bit of a value and of its neighbor were which.
struct PairCounts {
  std::uint64_t pairs = 0;
  std::array<std::array<std::uint64_t, 4>, kMostBits> of_bit{};

  void add(std::uint64_t a, std::uint64_t b, std::size_t width) {
    ++pairs;
    for (std::size_t bit = 0; bit < width; ++bit) ++of_bit[bit][(a >> bit & 1) * 2 + (b >> bit & 1)];
  }

  /// In bits; 0 where chance gives as much in 1 of 100 tries: what an entropy falls short of 1 for a fair coin.
  double information(std::size_t bit) const {
    const auto n = static_cast<double>(pairs);
    if (pairs == 0) return 0;
    const std::array<std::uint64_t, 4>& c = of_bit[bit];
    double sum = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const double share = static_cast<double>(c[i]) / n;
      const double first = static_cast<double>(c[i & 2] + c[(i & 2) + 1]) / n;
      const double second = static_cast<double>(c[i & 1] + c[(i & 1) + 2]) / n;
      if (c[i] > 0) sum += share * std::log2(share / (first * second));
    }
    const double p = std::min(1.0, 0.5 + 2.576 / (2 * std::sqrt(n)));  // the 99 % quantile of a normal deviate
    const double chance = p < 1 ? 1 + p * std::log2(p) + (1 - p) * std::log2(1 - p) : 1;
    return sum > chance ? sum : 0;
  }
};

/// The pairs along an axis in stretches from all over the array.
PairCounts count_pairs(const io::ArraySource& array, std::size_t axis, const std::vector<double>& missing) {
  constexpr std::uint64_t kStretches = 8;
  const io::ArrayInfo& info = array.info();
  const std::size_t width = io::dtype_bytes(info.type);
  std::uint64_t apart = 1, elements = info.bytes() / width;
  for (std::size_t d = axis + 1; d < info.shape.size(); ++d) apart *= info.shape[d];
  const std::uint64_t length = std::min(elements, kInformationSample / kStretches), skipped = elements / kStretches;
  PairCounts counts;
  for (std::uint64_t k = 0; k < (length == elements ? 1 : kStretches); ++k) {
    const std::uint64_t from = std::min(k * skipped, elements - length);
    std::vector<std::byte> bytes(length * width);
    array.read(from * width, bytes);
    std::vector<double> values(length);
    to_doubles(info.type, bytes, values);
    const auto usable = [&](std::uint64_t i) { return std::isfinite(values[i]) && !is_missing(values[i], missing); };
    for (std::uint64_t i = 0; i + apart < length; ++i) {
      const bool last = (from + i) / apart % info.shape[axis] + 1 == info.shape[axis];
      if (!last && usable(i) && usable(i + apart))
        counts.add(bits_at(bytes, width, i), bits_at(bytes, width, i + apart), 8 * width);
    }
  }
  return counts;
}

/// What of the information comes first; the sign is the highest bit.
RealInformation judge(const PairCounts& counts, io::DType type, double share) {
  const std::size_t width = 8 * io::dtype_bytes(type);
  const auto mantissa = static_cast<std::size_t>(mantissa_bits(type));
  std::vector<double> of_bit;  // from the sign down
  RealInformation found;
  for (std::size_t bit = width; bit-- > 0;) {
    of_bit.push_back(counts.information(bit));
    found.bits += of_bit.back();
    if (bit < mantissa / 4) found.artificial = found.artificial || of_bit.back() > 0;
  }
  double sum = 0;
  std::size_t kept = 0;
  while (kept < of_bit.size() && sum < share * found.bits * (1 - 1e-12)) sum += of_bit[kept++];
  found.mantissa_bits = std::max(0, static_cast<int>(kept) - static_cast<int>(width - mantissa));
  return found;
}

}  // namespace

std::optional<RealInformation> real_information(const io::ArraySource& array, double share,
                                                const std::vector<double>& missing) {
  std::optional<RealInformation> best;
  for (std::size_t axis = 0; axis < array.info().shape.size(); ++axis) {
    RealInformation one = judge(count_pairs(array, axis, missing), array.info().type, share);
    one.axis = axis;
    if (one.bits > (best ? best->bits : 0)) best = one;
  }
  return best;
}

double rounding_bound(const RealInformation& information) {
  return std::ldexp(1.0, -information.mantissa_bits - 1);
}

io::Json information_json(const RealInformation& information) {
  io::Json out;
  out["axis"] = information.axis;
  out["bits"] = information.bits;
  out["mantissa_bits"] = static_cast<std::uint64_t>(information.mantissa_bits);
  out["artificial"] = information.artificial;
  return out;
}

RealInformation parse_information(const io::Json& json) {
  return {json.at("axis").as_uint(), json.at("bits").as_double(), static_cast<int>(json.at("mantissa_bits").as_uint()),
          json.at("artificial").as_bool()};
}

}  // namespace daybreak::dataset
