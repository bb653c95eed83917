#include "libcore/finance/flows/big_integer.h"

#include <algorithm>
#include <bit>

namespace daybreak::finance {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::size_t kLimbBits = 64;

std::uint64_t low_half(Wide value) {
  return static_cast<std::uint64_t>(value);
}

std::uint64_t high_half(Wide value) {
  return static_cast<std::uint64_t>(value >> kLimbBits);
}

}  // namespace

BigInteger::BigInteger(std::int64_t value) : negative_(value < 0) {
  if (value != 0) limbs_.push_back(negative_ ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value));
}

std::size_t BigInteger::bits() const {
  return limbs_.empty() ? 0 : limbs_.size() * kLimbBits - static_cast<std::size_t>(std::countl_zero(limbs_.back()));
}

void BigInteger::trim(Limbs& limbs) {
  while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
}

int BigInteger::compare(const Limbs& a, const Limbs& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (std::size_t i = a.size(); i-- > 0;)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

BigInteger::Limbs BigInteger::sum(const Limbs& a, const Limbs& b) {
  const Limbs& longer = a.size() < b.size() ? b : a;
  const Limbs& shorter = a.size() < b.size() ? a : b;
  Limbs result(longer.size() + 1);
  Wide carry = 0;
  for (std::size_t i = 0; i < longer.size(); ++i) {
    carry += static_cast<Wide>(longer[i]) + (i < shorter.size() ? shorter[i] : 0);
    result[i] = low_half(carry);
    carry >>= kLimbBits;
  }
  result.back() = low_half(carry);
  trim(result);
  return result;
}

BigInteger::Limbs BigInteger::difference(const Limbs& a, const Limbs& b) {
  Limbs result(a.size());
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Wide gone = static_cast<Wide>(i < b.size() ? b[i] : 0) + borrow;
    result[i] = a[i] - low_half(gone);
    borrow = gone > a[i] ? 1 : 0;
  }
  trim(result);
  return result;
}

BigInteger BigInteger::operator-() const {
  BigInteger result = *this;
  result.negative_ = !negative_ && !limbs_.empty();
  return result;
}

BigInteger BigInteger::operator+(const BigInteger& other) const {
  BigInteger result;
  if (negative_ == other.negative_) {
    result.limbs_ = sum(limbs_, other.limbs_);
    result.negative_ = negative_;
  } else {
    const bool larger = compare(limbs_, other.limbs_) >= 0;
    result.limbs_ = larger ? difference(limbs_, other.limbs_) : difference(other.limbs_, limbs_);
    result.negative_ = !result.limbs_.empty() && (larger ? negative_ : other.negative_);
  }
  return result;
}

BigInteger BigInteger::operator*(const BigInteger& other) const {
  BigInteger result;
  result.limbs_.resize(limbs_.size() + other.limbs_.size());
  for (std::size_t i = 0; i < limbs_.size(); ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < other.limbs_.size(); ++j) {
      const Wide value = static_cast<Wide>(limbs_[i]) * other.limbs_[j] + result.limbs_[i + j] + carry;
      result.limbs_[i + j] = low_half(value);
      carry = high_half(value);
    }
    result.limbs_[i + other.limbs_.size()] = carry;
  }
  trim(result.limbs_);
  result.negative_ = !result.limbs_.empty() && negative_ != other.negative_;
  return result;
}

BigInteger BigInteger::operator<<(std::size_t bits) const {
  BigInteger result;
  if (limbs_.empty()) return result;
  const std::size_t whole = bits / kLimbBits, rest = bits % kLimbBits;
  result.limbs_.resize(limbs_.size() + whole + 1);
  for (std::size_t i = 0; i < limbs_.size(); ++i) {
    const Wide moved = static_cast<Wide>(limbs_[i]) << rest;
    result.limbs_[i + whole] |= low_half(moved);
    result.limbs_[i + whole + 1] = high_half(moved);
  }
  trim(result.limbs_);
  result.negative_ = negative_;
  return result;
}

BigInteger::Limbs BigInteger::shifted_right(const Limbs& a, std::size_t bits) {
  const std::size_t whole = bits / kLimbBits, rest = bits % kLimbBits;
  Limbs result(a.begin() + static_cast<std::ptrdiff_t>(whole), a.end());
  for (std::size_t i = 0; rest != 0 && i < result.size(); ++i)
    result[i] = result[i] >> rest | (i + 1 < result.size() ? result[i + 1] << (kLimbBits - rest) : 0);
  trim(result);
  return result;
}

std::size_t BigInteger::trailing_zeros(const Limbs& a) {
  const auto first = std::find_if(a.begin(), a.end(), [](std::uint64_t limb) { return limb != 0; });
  return static_cast<std::size_t>(first - a.begin()) * kLimbBits + static_cast<std::size_t>(std::countr_zero(*first));
}

BigInteger BigInteger::exactly_by(const BigInteger& divisor) const {
  BigInteger result;
  if (limbs_.empty()) return result;
  const std::size_t zeros = trailing_zeros(divisor.limbs_);
  const Limbs odd = shifted_right(divisor.limbs_, zeros);
  Limbs rest = shifted_right(limbs_, zeros);
  std::uint64_t inverse = odd[0];  // of the lowest limb modulo 2^64: right in 3 bits, then Newton doubles them
  for (int bits = 3; bits < 64; bits *= 2) inverse *= 2 - odd[0] * inverse;
  result.limbs_.resize(rest.size() - odd.size() + 1);
  for (std::size_t i = 0; i < result.limbs_.size(); ++i) {
    const std::uint64_t digit = rest[i] * inverse;
    std::uint64_t carry = 0;  // of digit * odd, subtracted from rest; what lies beyond the quotient is never looked at
    for (std::size_t j = 0; j < odd.size() && i + j < result.limbs_.size(); ++j) {
      const Wide product = static_cast<Wide>(digit) * odd[j] + carry;
      carry = high_half(product) + (rest[i + j] < low_half(product) ? 1 : 0);
      rest[i + j] -= low_half(product);
    }
    for (std::size_t j = i + odd.size(); carry != 0 && j < result.limbs_.size(); ++j) {
      const std::uint64_t before = rest[j];
      rest[j] -= carry;
      carry = before < carry ? 1 : 0;
    }
    result.limbs_[i] = digit;
  }
  trim(result.limbs_);
  result.negative_ = !result.limbs_.empty() && negative_ != divisor.negative_;
  return result;
}

}  // namespace daybreak::finance
