#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>

#include "libcore/finance/flows/internal_rate.h"
#include "tests/support/catch.hpp"

#if __has_include(<boost/multiprecision/cpp_int.hpp>)
#include <boost/multiprecision/cpp_int.hpp>

using namespace daybreak::finance;
using boost::multiprecision::cpp_int;

namespace {

// The polynomial sum(amount_t * q^(last - t)) in q = 1 + rate, as integers: exactly the doubles times a power of two.
using Integers = std::vector<cpp_int>;  // [k] belongs to q^k

cpp_int shifted(double value, int low) {
  int exponent = 0;
  const double mantissa = std::ldexp(std::frexp(value, &exponent), 53);
  return value == 0 ? cpp_int(0) : cpp_int(static_cast<std::int64_t>(mantissa)) << (exponent - 53 - low);
}

int lowest_bit(const std::vector<double>& amounts) {
  int low = 2000;
  for (const double amount : amounts)
    if (amount != 0) low = std::min(low, std::ilogb(amount) + 1 - 53);
  return low;
}

Integers integers_of(const std::vector<double>& amounts) {
  Integers result;
  for (std::size_t i = amounts.size(); i-- > 0;) result.push_back(shifted(amounts[i], lowest_bit(amounts)));
  while (!result.empty() && result.back() == 0) result.pop_back();
  return result;
}

Integers derivative(const Integers& p) {
  Integers result;
  for (std::size_t k = 1; k < p.size(); ++k) result.push_back(p[k] * k);
  return result;
}

// Minus the remainder of a / b times a factor above 0, without common factors of its coefficients: plain Euclid.
Integers next_in_chain(Integers a, const Integers& b) {
  while (a.size() >= b.size()) {
    const cpp_int lead = abs(b.back()), top = b.back() < 0 ? cpp_int(-a.back()) : a.back();
    for (cpp_int& coefficient : a) coefficient *= lead;
    const std::size_t shift = a.size() - b.size();
    for (std::size_t i = 0; i < b.size(); ++i) a[i + shift] -= top * b[i];
    a.pop_back();
  }
  while (!a.empty() && a.back() == 0) a.pop_back();
  cpp_int content = 0;
  for (const cpp_int& coefficient : a) content = gcd(content, coefficient);
  for (cpp_int& coefficient : a) coefficient /= -content;
  return a;
}

// Distinct roots q > 0 by Sturm's theorem: changes of sign at 0 less those at infinity. q = 0 is no root.
int exact_count(Integers p) {
  p.erase(p.begin(), std::find_if(p.begin(), p.end(), [](const cpp_int& coefficient) { return coefficient != 0; }));
  std::vector<Integers> chain{p, derivative(p)};
  while (!chain.back().empty()) chain.push_back(next_in_chain(chain[chain.size() - 2], chain.back()));
  chain.pop_back();
  int at_zero = 0, at_infinity = 0, zero = 0, infinity = 0;
  for (const Integers& member : chain) {
    const int low = member.front().sign(), high = member.back().sign();
    at_zero += low != 0 && zero == -low;
    at_infinity += infinity == -high;
    if (low != 0) zero = low;
    infinity = high;
  }
  return at_zero - at_infinity;
}

// Of p at q, a double.
int exact_sign(const Integers& p, double q) {
  const int low = std::min(std::ilogb(q) + 1 - 53, 0);
  const cpp_int mantissa = shifted(q, low);
  cpp_int value = 0;  // times 2^(-low * degree)
  for (std::size_t k = p.size(), step = 0; k-- > 0; ++step)
    value = value * mantissa + (low < 0 ? p[k] << (-low * static_cast<int>(step)) : p[k]);
  return value.sign();
}

using Random = std::mt19937_64;

double amount_of(Random& random, int kind) {
  std::normal_distribution<double> normal(0, 100);
  switch (kind) {
    case 0: return normal(random);
    case 1: return std::round(normal(random));
    case 2: return std::round(100 * normal(random)) / 100;
    case 3: return std::ldexp(normal(random), static_cast<int>(random() % 40));
    case 4: return std::ldexp(normal(random), static_cast<int>(random() % 1600) - 800);  // and sizes of all magnitudes
    default: return random() % 3 == 0 ? normal(random) : 0;                               // with long gaps
  }
}

// Some factors (1 - q_i x) with planted q_i, each perhaps twice or thrice or a thousandth apart, times noise, rounded to doubles.
std::vector<double> planted(Random& random, std::size_t periods) {
  std::vector<long double> product{1};
  double root = 1;
  while (product.size() < periods) {
    const auto how = random() % 4;
    if (how < 2) root = std::ldexp(static_cast<double>(1 + random() % 60), -5);
    if (how == 2) root += 1e-3;
    std::vector<long double> next(product.size() + 1, 0);
    for (std::size_t i = 0; i < product.size(); ++i) {
      next[i] += product[i];
      next[i + 1] -= product[i] * static_cast<long double>(root);
    }
    product = next;
  }
  return {product.begin(), product.end()};
}

std::vector<double> amounts_of(Random& random, int round) {
  const std::size_t longest = round % 1000 == 999 ? 61 : round % 50 == 49 ? 25 : 13;
  const std::size_t periods = 2 + random() % (longest - 1);
  if (round % 3 == 2) return planted(random, std::min<std::size_t>(periods, 9));
  const int kind = round / 3 % 6;
  std::vector<double> amounts(kind == 4 ? std::min<std::size_t>(periods, 6) : periods);
  for (double& amount : amounts) amount = amount_of(random, kind);
  return amounts;
}

CashFlows flows_of(const std::vector<double>& amounts) {
  CashFlows flows;
  for (std::size_t i = 0; i < amounts.size(); ++i) flows.flows.push_back({static_cast<double>(i), amounts[i]});
  return flows;
}

std::string text_of(const std::vector<double>& amounts) {
  std::string text;
  for (const double amount : amounts) text += Catch::StringMaker<double>::convert(amount) + " ";
  return text;
}

}  // namespace

TEST_CASE("there are as many internal rates as Sturm's theorem counts for the very doubles, each within 1e-12") {
  const int rounds = std::getenv("DAYBREAK_SLOW") != nullptr ? 100'000 : 10'000;
  Random random(20260601);
  int several = 0, ill = 0, well = 0, multiple = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::vector<double> amounts = amounts_of(random, round);
    const Integers exact = integers_of(amounts);
    if (exact.empty()) continue;
    const InternalRate rate = internal_rate(flows_of(amounts));
    INFO("round " << round << ": " << text_of(amounts));
    REQUIRE(rate.count_proved);
    REQUIRE(rate.roots.size() + static_cast<std::size_t>(rate.beyond_double) == static_cast<std::size_t>(exact_count(exact)));
    REQUIRE(std::is_sorted(rate.roots.begin(), rate.roots.end()));
    several += rate.roots.size() > 1;
    for (std::size_t i = 0; i < rate.roots.size(); ++i) {
      const double size = std::max(1.0, std::abs(rate.roots[i])), q = 1 + rate.roots[i];
      multiple += std::isinf(rate.conditions[i]);
      if (rate.conditions[i] > 1e3 * size || q < 1e-9) {
        ++ill;
        continue;
      }
      ++well;
      CHECK(exact_sign(exact, q - 1e-12 * size) * exact_sign(exact, q + 1e-12 * size) < 0);
    }
  }
  // The cases are of all kinds.
  CHECK(several > rounds / 20);
  CHECK(ill > rounds / 100);
  CHECK(multiple > rounds / 1000);
  CHECK(well > rounds / 2);
}

#else
TEST_CASE("the exact count needs Boost.Multiprecision") {
  WARN("skipped: there is no boost/multiprecision/cpp_int.hpp");
}
#endif
