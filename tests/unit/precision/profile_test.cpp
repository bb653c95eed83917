#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "libcore/base/error.h"
#include "libcore/io/atomic_file.h"
#include "libcore/precision/label_sampler.h"
#include "libcore/precision/profile_file.h"
#include "tests/support/catch.hpp"
#include "tests/unit/precision/cases.h"

using namespace daybreak;
using namespace daybreak::precision;
using Catch::Matchers::WithinRel;

namespace {

std::string bytes_of(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// The standard error by leaving out one sequence after the other: the jackknife's own definition.
double jackknife(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  double all = 0, error = 0;
  for (const double value : values) all += value;
  for (const double value : values) error += std::pow((all - value) / (n - 1) - all / n, 2);
  return std::sqrt((n - 1) / n * error);
}

}  // namespace

TEST_CASE("scores are the formulas, and their errors the jackknife over sequences") {
  const Profile profile = made_up_profile();
  const std::size_t t = 1, f = 2;
  std::vector<double> directional, diagonal;
  for (std::int64_t s = 0; s < profile.sequences; ++s) {
    double squares = 0, sum = 0;
    for (std::int64_t k = 0; k < profile.labels; ++k) {
      squares += std::pow(profile.directional[profile.place(s, k, t, f)], 2);
      sum += profile.diagonal[profile.place(s, k, t, f)];
    }
    const double labels = static_cast<double>(profile.labels), context = static_cast<double>(profile.context);
    directional.push_back(squares / (2 * labels * context));
    diagonal.push_back(sum / (2 * labels * context));
  }
  const auto mean = [](const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  };
  CHECK_THAT(score(profile, Measure::directional, t, f).nats, WithinRel(mean(directional), 1e-12));
  CHECK_THAT(score(profile, Measure::directional, t, f).standard_error, WithinRel(jackknife(directional), 1e-12));
  CHECK_THAT(score(profile, Measure::diagonal, t, f).nats, WithinRel(mean(diagonal), 1e-12));
  CHECK_THAT(score(profile, Measure::diagonal, t, f).standard_error, WithinRel(jackknife(diagonal), 1e-12));
  CHECK(score(profile, Measure::first_order, t, f).nats == profile.tensors[t].effects[f].first_order_bound);

  double sum = 0;
  std::vector<std::size_t> picks;
  for (std::size_t i = 0; i < profile.tensors.size(); ++i) {
    picks.push_back(i % profile.formats.size());
    sum += score(profile, Measure::directional, i, picks.back()).nats;
  }
  CHECK_THAT(total_score(profile, Measure::directional, picks).nats, WithinRel(sum, 1e-12));
}

TEST_CASE("a profile comes back from its file, and the same profile gives the same bytes") {
  const Profile profile = made_up_profile();
  const std::filesystem::path file = scratch_file("profile.h5"), again = scratch_file("again.h5");
  write_profile(file, profile);
  write_profile(again, profile);
  CHECK(bytes_of(file) == bytes_of(again));
  CHECK(read_profile(file) == profile);

  const std::string whole = bytes_of(file);
  io::write_file(again, whole.substr(0, whole.size() / 2));
  CHECK_THROWS_AS(read_profile(again), Error);
  io::write_file(again, "no HDF5");
  CHECK_THROWS_AS(read_profile(again), Error);
  // Another number of sequences than the arrays have.
  std::string changed = whole;
  const auto place = changed.find("\"num_sequences\": 5");
  REQUIRE(place != std::string::npos);
  changed[place + std::string("\"num_sequences\": ").size()] = '6';
  io::write_file(again, changed);
  CHECK_THROWS_AS(read_profile(again), Error);
  CHECK_THROWS_AS(write_profile("/dev/null", profile), Error);
  std::filesystem::remove(file);
  std::filesystem::remove(again);
}

TEST_CASE("labels are drawn as the model predicts, each by its own counter") {
  const std::int64_t vocabulary = 5, rows = 20000;
  const std::vector<float> row{0, 1, -1, -200, 2};
  std::vector<float> logits;
  for (std::int64_t i = 0; i < rows; ++i) logits.insert(logits.end(), row.begin(), row.end());
  const auto drawn = draw_labels(logits, vocabulary, 3, 7, 11);
  double total = 0;
  for (const float logit : row) total += std::exp(logit);
  std::vector<double> counts(5, 0);
  for (const auto& labels : drawn)
    for (const std::uint32_t label : labels) counts.at(label) += 1;
  CHECK(counts[3] == 0);  // probability e^-202
  double chi_square = 0;
  for (const std::size_t v : {0u, 1u, 2u, 4u}) {
    const double expected = 3.0 * static_cast<double>(rows) * std::exp(row[v]) / total;
    chi_square += (counts[v] - expected) * (counts[v] - expected) / expected;
  }
  CHECK(chi_square < 16.3);  // 3 degrees of freedom, p = 0.001
  CHECK(draw_labels(logits, vocabulary, 1, 7, 11)[0] == drawn[0]);
  CHECK(drawn[0] != drawn[1]);
  CHECK(draw_labels(logits, vocabulary, 1, 8, 11)[0] != drawn[0]);
  CHECK(draw_labels(logits, vocabulary, 1, 7, 12)[0] != drawn[0]);
}
