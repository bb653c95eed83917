// NIST's certified values for 27 nonlinear regressions (Statistical Reference Datasets), from both starting points of each.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "libcore/finance/fit/levenberg_marquardt.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"
#include "tests/unit/finance/nist_models.h"

using namespace daybreak;
using namespace daybreak::finance;

namespace {

struct Reference {
  std::string name;
  std::vector<double> starts[2], certified, deviations;
  double sum_of_squares = 0;
  std::vector<double> response;
  std::vector<std::vector<double>> predictors;  // a row each
};

std::vector<double> numbers_in(const std::string& line) {
  std::istringstream stream(line);
  std::vector<double> numbers;
  for (double number; stream >> number;) numbers.push_back(number);
  return numbers;
}

Reference read_reference(const std::filesystem::path& path) {
  Reference reference;
  reference.name = path.stem().string();
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    const auto equals = line.find('=');
    if (line.starts_with("  b") && equals == 5) {
      const auto numbers = numbers_in(line.substr(equals + 1));
      for (const int start : {0, 1}) reference.starts[start].push_back(numbers.at(static_cast<std::size_t>(start)));
      reference.certified.push_back(numbers.at(2));
      reference.deviations.push_back(numbers.at(3));
    } else if (line.starts_with("Residual Sum of Squares:")) {
      reference.sum_of_squares = numbers_in(line.substr(24)).at(0);
    } else if (line.starts_with("Data:") && line.find('y') != std::string::npos && line.find("Response") == std::string::npos) {
      break;
    }
  }
  while (std::getline(file, line)) {
    auto numbers = numbers_in(line);
    if (numbers.size() < 2) continue;
    reference.response.push_back(reference.name == "Nelson" ? std::log(numbers[0]) : numbers[0]);
    numbers.erase(numbers.begin());
    reference.predictors.push_back(numbers);
  }
  return reference;
}

NonlinearFit fit_from(const Reference& reference, int start) {
  const NistModel& model = nist_models().at(reference.name);
  const NonlinearProblem problem{reference.response.size(), length_of(reference.response),
                                 [&](std::span<const double> b, std::span<double> residuals) {
                                   for (std::size_t i = 0; i < residuals.size(); ++i)
                                     residuals[i] = model(b, reference.predictors[i]) - reference.response[i];
                                 }};
  return levenberg_marquardt(problem, reference.starts[start]);
}

/// Certified digits of the worst value, at most 11: as many as the files give.
double digits_of(const std::vector<double>& values, const std::vector<double>& certified) {
  REQUIRE(values.size() == certified.size());
  double fewest = 11;
  for (std::size_t i = 0; i < values.size(); ++i)
    fewest = std::min(fewest, -std::log10(std::max(std::abs(values[i] - certified[i]) / std::abs(certified[i]), 1e-11)));
  return fewest;
}

std::vector<double> deviations_of(const NonlinearFit& fit, std::size_t rows) {
  std::vector<double> deviations;
  const double variance = fit.sum_of_squares / static_cast<double>(rows - fit.coefficients.size());
  for (std::size_t j = 0; j < fit.covariance.size(); ++j) deviations.push_back(std::sqrt(fit.covariance[j][j] * variance));
  return deviations;
}

}  // namespace

TEST_CASE("27 certified regressions are reached from both starting points") {
  const char* data = std::getenv("DAYBREAK_DATA");
  const std::filesystem::path archive = std::filesystem::path(data ? data : "") / "finance/nist-strd-nonlinear.tar.zst";
  if (!std::filesystem::exists(archive)) {
    WARN("skipped: DAYBREAK_DATA has no finance/nist-strd-nonlinear.tar.zst");
    return;
  }
  const test_support::ScratchFolder scratch;
  REQUIRE(std::system(("tar --zstd -xf '" + archive.string() + "' -C '" + scratch.path().string() + "'").c_str()) == 0);
  for (const auto& [name, model] : nist_models()) {
    const Reference reference = read_reference(scratch.path() / "NIST_STRD" / (name + ".dat"));
    REQUIRE(reference.response.size() > reference.certified.size());
    for (const int start : {0, 1}) {
      INFO(name << " from start " << start + 1);
      const NonlinearFit fit = fit_from(reference, start);
      CHECK(fit.status == NonlinearStatus::converged);
      CHECK(digits_of(fit.coefficients, reference.certified) >= 8);
      // The residuals of Lanczos1 are the rounding of its response, and nothing follows from their size.
      if (name == "Lanczos1") continue;
      CHECK(digits_of({fit.sum_of_squares}, {reference.sum_of_squares}) >= 9);
      CHECK(digits_of(deviations_of(fit, reference.response.size()), reference.deviations) >= 8);
    }
  }
}
