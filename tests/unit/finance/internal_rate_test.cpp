#include "libcore/finance/flows/internal_rate.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <random>

#include "libcore/finance/flows/present_value.h"
#include "libcore/io/csv.h"
#include "tests/unit/finance/flows_support.h"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

// Expected values: gnumeric 1.12, Excel's documentation, and roots of the polynomials in 50-digit arithmetic.
TEST_CASE("internal rates agree with independent programs") {
  CHECK_THAT(*internal_rate(periodic({-100, 39, 59, 55, 20})).selected, WithinRel(0.280948421159961, 1e-12));
  const InternalRate two = internal_rate(periodic({-50, -100, 600, 300, -100}));
  REQUIRE(two.roots.size() == 2);
  CHECK(two.status == RateStatus::multiple);
  CHECK_THAT(two.roots[0], WithinRel(-0.768895470680781, 1e-12));
  CHECK_THAT(two.roots[1], WithinRel(1.85441782845618, 1e-12));
  CHECK_THAT(*internal_rate(periodic({-3500, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10000})).selected,
             WithinRel(0.110690853710753, 1e-12));  // RATE(10;0;-3500;10000)
  CHECK(internal_rate(periodic({-1, 3, -2.5})).status == RateStatus::none);
  CHECK(internal_rate(periodic({0, 0})).status == RateStatus::all_zero);
  CHECK(internal_rate(periodic({1, 2})).status == RateStatus::no_sign_change);
  CHECK(internal_rate(periodic({-1})).status == RateStatus::no_sign_change);
  CHECK_THAT(*internal_rate(periodic({-1, 2})).selected, WithinAbs(1.0, 1e-15));
}

TEST_CASE("which of several rates is selected follows the rule that is asked for") {
  const auto selected = [](const std::vector<double>& amounts, RootRule rule, double guess = 0.1) {
    return internal_rate(periodic(amounts), {rule, guess}).selected;
  };
  const std::vector<double> both{-50, -100, 600, 300, -100};  // -0.769 and 1.854
  CHECK_THAT(*selected(both, RootRule::nearest_zero), WithinAbs(-0.7689, 1e-4));
  CHECK_THAT(*selected(both, RootRule::smallest_positive), WithinAbs(1.8544, 1e-4));
  CHECK_THAT(*selected(both, RootRule::excel), WithinAbs(1.8544, 1e-4));
  CHECK_THAT(*selected(both, RootRule::excel, -0.8), WithinAbs(-0.7689, 1e-4));
  CHECK_THAT(*selected(both, RootRule::npf), WithinAbs(1.8544, 1e-4));
  const std::vector<double> negative{-100, 50};  // -0.5 alone
  CHECK_FALSE(selected(negative, RootRule::smallest_positive));
  CHECK_THAT(*selected(negative, RootRule::npf), WithinRel(-0.5, 1e-15));
  CHECK_THAT(*selected({-1, 1}, RootRule::npf), WithinAbs(0, 1e-18));
}

TEST_CASE("rates next to -1 and far above 1000 are found, and those beyond a double are counted") {
  CHECK_THAT(*internal_rate(periodic({-100, 1e-3})).selected, WithinRel(-0.99999, 1e-15));
  CHECK_THAT(*internal_rate(periodic({-1, 1e9})).selected, WithinRel(1e9 - 1, 1e-15));
  const InternalRate tiny = internal_rate(periodic({-1e9, 1e-12}));
  CHECK(tiny.roots.at(0) == -1);
  CHECK_THAT(tiny.factors.at(0), WithinRel(1e-21, 1e-15));
  const InternalRate overnight = internal_rate(flows_of_text("2024-01-01,-1\n2024-01-02,8\n"));  // 8^365 is 10^329
  CHECK(overnight.roots.empty());
  CHECK(overnight.beyond_double == 1);
}

TEST_CASE("the condition bounds how far a relative change of the payments moves a rate") {
  const std::vector<double> amounts{-100, 39, 59, 55, 20};
  const InternalRate rate = internal_rate(periodic(amounts));
  std::mt19937_64 random(3);
  double most = 0;
  for (int round = 0; round < 64; ++round) {
    std::vector<double> changed = amounts;
    for (double& amount : changed) amount *= 1 + (random() % 2 == 0 ? 1e-9 : -1e-9);
    const double moved = std::abs(internal_rate(periodic(changed)).roots.at(0) - rate.roots.at(0));
    CHECK(moved <= 1e-9 * rate.conditions.at(0) * (1 + 1e-6));
    most = std::max(most, moved);
  }
  CHECK(most > 0.5e-9 * rate.conditions.at(0));
}

TEST_CASE("a curve that touches zero is told from one that crosses twice and one that misses, for the very doubles") {
  const InternalRate touches = internal_rate(periodic({1, -2, 1}));  // (1 - x)^2
  REQUIRE(touches.roots.size() == 1);
  CHECK(touches.status == RateStatus::one);
  CHECK(std::isinf(touches.conditions[0]));
  CHECK_THAT(touches.roots[0], WithinAbs(0, 1e-15));
  // (1 - 1.1 x)^2 in decimals; the nearest doubles have 2.2^2 - 4 * 1.21 = 9.2e-16 > 0.
  const InternalRate crosses = internal_rate(periodic({1, -2.2, 1.21}));
  REQUIRE(crosses.roots.size() == 2);
  CHECK_THAT(crosses.roots[0], WithinAbs(0.1 - 1.5e-8, 1e-9));
  CHECK_THAT(crosses.roots[1], WithinAbs(0.1 + 1.5e-8, 1e-9));
  CHECK(internal_rate(periodic({1, -2, std::nextafter(1.0, 2.0)})).status == RateStatus::none);
  // Mignotte's polynomial: two roots near 1 + rate = 100 that differ in the 60th digit, and a third one.
  std::vector<double> amounts(61);
  amounts[0] = -1, amounts[1] = 200, amounts[2] = -10000, amounts[60] = 1;
  const InternalRate near = internal_rate(periodic(amounts));
  REQUIRE(near.roots.size() == 3);
  CHECK(near.count_proved);
  CHECK_THAT(near.roots[1], WithinRel(99.0, 1e-14));
  CHECK(near.roots[1] == near.roots[2]);
}

TEST_CASE("a touching curve of times without a common unit counts once, and says that this is not proved") {
  CashFlows flows;
  const double time = std::sqrt(0.5);
  flows.flows = {{0, 1}, {time, -2}, {2 * time, 1}};
  const InternalRate rate = internal_rate(flows);
  CHECK(rate.roots.size() == 1);
  CHECK_FALSE(rate.count_proved);
}

namespace {

/// The sign of the value at y = -log(1 + rate), by Horner's rule from the end that matters less.
bool positive_at(const std::vector<double>& amounts, double y) {
  const long double factor = std::exp(-std::abs(static_cast<long double>(y)));
  long double value = 0;
  const auto add = [&](double amount) { value = value * factor + static_cast<long double>(amount); };
  if (y > 0) std::for_each(amounts.begin(), amounts.end(), add);
  else std::for_each(amounts.rbegin(), amounts.rend(), add);
  return value > 0;
}

}  // namespace

TEST_CASE("rates of very many payments are the places where the value changes its sign") {
  std::mt19937_64 random(11);
  std::normal_distribution<double> amount(0, 100);
  std::size_t all = 0;
  for (int round = 0; round < 4; ++round) {
    std::vector<double> amounts(20'000);
    for (double& one : amounts) one = amount(random);
    const InternalRate rate = internal_rate(periodic(amounts));
    all += rate.roots.size();
    // On a grid of rates from -0.78 to 3.5, ever denser towards 0, and at both sides of each root.
    std::size_t changes = 0;
    bool before = positive_at(amounts, 1.5);
    for (double y = 1.5; y > -1.5; y = y > 1e-7 ? y * 0.985 : y > 0 ? -1e-7 : y / 0.985) {
      const bool here = positive_at(amounts, y);
      changes += here != before;
      before = here;
    }
    CHECK(changes == rate.roots.size());
    for (std::size_t i = 0; i < rate.roots.size(); ++i) {
      const double y = -std::log(rate.factors[i]), step = 1e-14 * rate.conditions[i] + 1e-13 * std::abs(y);
      CHECK(positive_at(amounts, y - step) != positive_at(amounts, y + step));
    }
  }
  CHECK(all >= 10);
}

namespace {

/// The folder of the unpacked samples, or nothing, with a word, where the data folder lacks them.
class Samples {
 public:
  Samples() {
    const char* data = std::getenv("DAYBREAK_DATA");
    const std::filesystem::path folder = std::filesystem::path(data ? data : "") / "finance";
    reference_ = folder / "xirr-reference.csv";
    found_ = std::filesystem::exists(reference_);
    if (!found_) {
      WARN("skipped: DAYBREAK_DATA has no finance/xirr-reference.csv");
      return;
    }
    const std::string unpack = "tar --zstd -xf '" + (folder / "xirr-samples.tar.zst").string() + "' -C '" + scratch_.path().string() + "'";
    REQUIRE(std::system(unpack.c_str()) == 0);
  }

  bool found() const { return found_; }
  io::CsvTable reference() const { return io::read_csv(io::InputFile(reference_.string())); }
  CashFlows flows(const std::string& name) const { return read_cash_flows(io::InputFile((scratch_.path() / "samples" / name).string())); }

 private:
  test_support::ScratchFolder scratch_;
  std::filesystem::path reference_;
  bool found_ = false;
};

}  // namespace

TEST_CASE("the reference collection of dated flows: every finite value is among our roots") {
  const Samples samples;
  if (!samples.found()) return;
  int checked = 0, rootless = 0;
  for (const auto& row : samples.reference().rows) {
    const CashFlows flows = samples.flows(row[1]);
    INFO(row[0] << " " << row[1]);
    if (row[0] == "xnpv") {
      CHECK_THAT(net_present_value(flows, std::stod(row[2])), WithinRel(std::stod(row[3]), 1e-12));
      continue;
    }
    const InternalRate rate = internal_rate(flows);
    CHECK(rate.count_proved);
    // Two samples that the collection calls rootless have a root.
    const bool missed = row[1] == "30-20.csv" || row[1] == "30-45.csv";
    if (missed) CHECK_THAT(rate.roots.at(0), WithinRel(row[1] == "30-20.csv" ? -0.8973538214882217 : -0.8407890404213372, 1e-12));
    else if (row[3] == "nan") {
      rootless += rate.roots.empty();
      CHECK(rate.status == RateStatus::none);
    } else {
      ++checked;
      const double expected = std::stod(row[3]);
      CHECK(std::any_of(rate.roots.begin(), rate.roots.end(),
                        [&](double root) { return std::abs(root - expected) <= 1e-9 * std::max(1.0, std::abs(expected)); }));
    }
  }
  CHECK(checked == 50);
  CHECK(rootless == 8);
}

// data/xirr_roots.csv: every rate of each sample, by data/xirr_roots.py in ball arithmetic of 300 bits.
TEST_CASE("the reference collection of dated flows: every rate of every sample, and no other one") {
  const Samples samples;
  if (!samples.found()) return;
  const io::CsvTable table = io::read_csv(io::InputFile(DAYBREAK_SOURCE_DIR "/tests/unit/finance/data/xirr_roots.csv"));
  int several = 0, roots = 0;
  for (std::size_t row = 0; row < table.rows.size();) {
    const std::string& name = table.rows[row][0];
    const CashFlows flows = samples.flows(name);
    const InternalRate rate = internal_rate(flows);
    INFO(name);
    std::size_t count = 0;
    int beyond = 0;
    for (; row < table.rows.size() && table.rows[row][0] == name; ++row) {
      if (table.rows[row][1].empty()) continue;  // none
      const double logarithm = std::stod(table.rows[row][2]);
      if (logarithm > std::log(std::numeric_limits<double>::max())) {
        ++beyond;
        continue;
      }
      REQUIRE(count < rate.roots.size());
      // The last digits of an ill-conditioned rate are those of the times, which are rounded to doubles.
      const double relative = rate.conditions[count] / rate.factors[count],
                   moved = relative * (1 + flows.flows.back().time * std::abs(logarithm));
      CHECK(std::abs(std::log(rate.factors[count]) - logarithm) <= 4e-16 * (std::abs(logarithm) + moved));
      ++count;
      ++roots;
    }
    CHECK(count == rate.roots.size());
    CHECK(beyond == rate.beyond_double);
    several += count > 1;
  }
  CHECK(several == 32);
  CHECK(roots > 80);
}
