// Correlated inputs: the matrices, and the ranks that come out.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "libcore/base/error.h"
#include "libcore/finance/chance/cases.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinAbs;

namespace {

SymmetricMatrix matrix(std::size_t size, std::vector<double> values) {
  return {size, std::move(values)};
}

/// 0, 1, ... by size; the values of laws without steps are all different.
std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return values[i] < values[j]; });
  std::vector<double> all(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) all[order[i]] = static_cast<double>(i);
  return all;
}

double spearman(std::span<const double> a, std::span<const double> b) {
  const std::vector<double> x = ranks(a), y = ranks(b);
  const double middle = (static_cast<double>(x.size()) - 1) / 2;
  double xy = 0, xx = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - middle) * (y[i] - middle);
    xx += (x[i] - middle) * (x[i] - middle);
  }
  return xy / xx;
}

std::vector<std::vector<double>> all_cases(const CaseSource& source) {
  std::vector<std::vector<double>> columns(source.inputs().size());
  const UnitReplicate replicate = source.points().replicate(0);
  for (std::size_t b = 0; b < source.points().blocks(); ++b) {
    CaseBlock block = source.block(replicate, b);
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i].insert(columns[i].end(), block.column(i).begin(), block.column(i).end());
  }
  return columns;
}

const std::vector<NamedDistribution> kInputs{{"price", lognormal(0, 0.4)},      {"rate", constant(3)},
                                             {"demand", triangular(1, 2, 5)},  {"delay", pert(0, 1, 9)},
                                             {"cost", normal(10, 2)},          {"share", beta(2, 5)}};

}  // namespace

TEST_CASE("eigenvalues are those of known matrices") {
  const Eigen parts = eigen(matrix(3, {2, -1, 0, -1, 2, -1, 0, -1, 2}));  // 2 - 2 cos(k pi / 4)
  for (int k = 1; k <= 3; ++k)
    CHECK_THAT(parts.values[static_cast<std::size_t>(k) - 1], WithinAbs(2 - 2 * std::cos(k * std::acos(-1) / 4), 1e-14));
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      double product = 0;
      for (std::size_t r = 0; r < 3; ++r) product += parts.vectors[i][r] * parts.vectors[j][r];
      CHECK_THAT(product, WithinAbs(i == j ? 1 : 0, 1e-14));
    }
  CHECK(eigen(matrix(2, {3, 0, 0, -1})).values == std::vector<double>{-1, 3});
}

// Higham 2002, section 4: the first example, and its answer to four digits.
TEST_CASE("the nearest correlation matrix is Higham's") {
  const SymmetricMatrix near = nearest_correlation(matrix(3, {1, 1, 0, 1, 1, 1, 0, 1, 1}));
  CHECK_THAT(near.at(0, 1), WithinAbs(0.7607, 5e-5));
  CHECK_THAT(near.at(1, 2), WithinAbs(0.7607, 5e-5));
  CHECK_THAT(near.at(0, 2), WithinAbs(0.1573, 5e-5));
  CHECK(near.at(1, 1) == 1);
  CHECK(eigen(near).values[0] > -1e-12);
  // One that is a correlation matrix stays.
  const SymmetricMatrix fine = matrix(2, {1, 0.3, 0.3, 1});
  CHECK_THAT(nearest_correlation(fine).at(0, 1), WithinAbs(0.3, 1e-14));
}

TEST_CASE("a triangle times its transpose is the matrix, also one without an inverse") {
  for (const SymmetricMatrix& m : {matrix(3, {1, 0.5, 0.2, 0.5, 1, -0.3, 0.2, -0.3, 1}), matrix(3, {1, 1, -1, 1, 1, -1, -1, -1, 1})}) {
    const std::vector<double> lower = cholesky(m);
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = 0; j < 3; ++j) {
        double sum = 0;
        for (std::size_t k = 0; k < 3; ++k) sum += lower[i * 3 + k] * lower[j * 3 + k];
        CHECK_THAT(sum, WithinAbs(m.at(i, j), 1e-14));
        if (j > i) CHECK(lower[i * 3 + j] == 0);
      }
  }
}

TEST_CASE("2^14 cases have the rank correlations that were asked for, to 0.01, and the laws that they had") {
  const std::vector<RankCorrelation> wanted{{0, 2, 0.7}, {0, 3, -0.5}, {2, 3, -0.2}, {4, 0, 0.3}};
  const CaseSource source(kInputs, GaussianCopula(kInputs, wanted, false), Sampler::sobol, 1 << 14, 21);
  const auto columns = all_cases(source);
  for (const RankCorrelation& pair : wanted) CHECK_THAT(spearman(columns[pair.first], columns[pair.second]), WithinAbs(pair.value, 0.01));
  for (const auto& [i, j] : {std::pair{2, 4}, {3, 4}, {0, 5}, {5, 2}}) CHECK_THAT(spearman(columns[i], columns[j]), WithinAbs(0, 0.01));
  CHECK(std::all_of(columns[1].begin(), columns[1].end(), [](double one) { return one == 3; }));
  for (const std::size_t i : {0, 2, 3, 4, 5}) {
    std::vector<double> sorted = columns[i];
    std::sort(sorted.begin(), sorted.end());
    for (const double p : {0.05, 0.5, 0.95}) {
      const Distribution& law = kInputs[i].distribution;
      CHECK_THAT(law.cdf(sorted[static_cast<std::size_t>(p * 16384)]), WithinAbs(p, 2e-3));
    }
  }
}

TEST_CASE("full correlation makes ranks equal, or opposite") {
  const std::vector<NamedDistribution> inputs{{"a", lognormal(0, 1)}, {"b", uniform(0, 1)}, {"c", normal(0, 1)}};
  const CaseSource source(inputs, GaussianCopula(inputs, std::vector<RankCorrelation>{{0, 1, 1}, {0, 2, -1}, {1, 2, -1}}, false),
                          Sampler::sobol, 256, 1);
  const auto columns = all_cases(source);
  CHECK_THAT(spearman(columns[0], columns[1]), WithinAbs(1, 1e-12));
  CHECK_THAT(spearman(columns[0], columns[2]), WithinAbs(-1, 1e-12));
}

TEST_CASE("correlations that contradict each other are named with their eigenvalue, or made to fit") {
  const std::vector<RankCorrelation> pairs{{0, 2, 0.9}, {2, 3, 0.9}, {0, 3, -0.9}, {4, 5, 0.2}};
  try {
    GaussianCopula(kInputs, pairs, false);
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::data);
    // 1 - 2 * 2 sin(0.15 pi)
    CHECK_THAT(error.what(), Contains("'price', 'demand', 'delay' contradict each other") && Contains("eigenvalue -0.81596199895") &&
                                 Contains("--nearest-psd"));
  }
  const GaussianCopula near(kInputs, pairs, true);
  REQUIRE(near.members() == std::vector<std::size_t>{0, 2, 3, 4, 5});
  // By symmetry the nearest has r, r, -r; it is singular where 1 - 2 r = 0, so that r = 1/2.
  const double ranks_half = 6 / std::acos(-1) * std::asin(0.25);
  CHECK_THAT(near.between(0, 2), WithinAbs(ranks_half, 1e-6));
  CHECK_THAT(near.between(0, 3), WithinAbs(-ranks_half, 1e-6));
  CHECK_THAT(near.between(5, 4), WithinAbs(0.2, 1e-6));
  CHECK_THAT(near.largest_change(), WithinAbs(0.9 - ranks_half, 1e-6));
}
