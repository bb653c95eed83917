#pragma once
// Integers of any size, as far as the exact count of roots needs them.
#include <cstdint>
#include <vector>

namespace daybreak::finance {

class BigInteger {
 public:
  BigInteger() = default;
  BigInteger(std::int64_t value);

  /// -1, 0 or 1.
  int sign() const { return limbs_.empty() ? 0 : negative_ ? -1 : 1; }
  /// Bits of the absolute value; 0 of 0.
  std::size_t bits() const;

  BigInteger operator-() const;
  BigInteger operator+(const BigInteger& other) const;
  BigInteger operator-(const BigInteger& other) const { return *this + -other; }
  BigInteger operator*(const BigInteger& other) const;
  /// times 2^bits.
  BigInteger operator<<(std::size_t bits) const;
  /// The quotient of a division that leaves nothing; the divisor is not 0. Jebelean, J. Symbolic Computation 15 (1993).
  BigInteger exactly_by(const BigInteger& divisor) const;

  friend bool operator==(const BigInteger&, const BigInteger&) = default;

 private:
  using Limbs = std::vector<std::uint64_t>;  // least first, without leading zeros

  static int compare(const Limbs& a, const Limbs& b);
  static Limbs sum(const Limbs& a, const Limbs& b);
  static Limbs difference(const Limbs& a, const Limbs& b);  // a >= b
  static Limbs shifted_right(const Limbs& a, std::size_t bits);
  static std::size_t trailing_zeros(const Limbs& a);
  static void trim(Limbs& limbs);

  Limbs limbs_;
  bool negative_ = false;
};

}  // namespace daybreak::finance
