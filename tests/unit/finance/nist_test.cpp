// NIST's certified values for 27 nonlinear regressions (Statistical Reference Datasets), from both starting points of each.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "libcore/finance/fit/formula_fit.h"
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
  io::CsvTable table;  // y, x and, for one of them, x2
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
  reference.table.header = {"y", "x", "x2"};
  reference.table.has_header = true;
  while (std::getline(file, line)) {
    std::istringstream stream(line);
    std::vector<std::string> fields(std::istream_iterator<std::string>(stream), {});
    if (fields.size() < 2) continue;
    fields.resize(3, "0");
    reference.table.rows.push_back(fields);
    reference.table.lines.push_back(reference.table.rows.size());
  }
  return reference;
}

NonlinearFit fit_from(const Reference& reference, int start) {
  const auto formula = nist_formulas().find(reference.name);
  if (formula != nist_formulas().end()) {
    FormulaRequest request{formula->second, reference.name == "Nelson" ? "log(y)" : "y", {}, 0.95};
    for (std::size_t j = 0; j < reference.certified.size(); ++j)
      request.start.emplace_back("b" + std::to_string(j + 1), reference.starts[start][j]);
    return fit_formula(reference.table, request, StopToken()).search;
  }
  const NistModel& model = nist_functions().at(reference.name);
  std::vector<double> response;
  for (std::size_t row = 0; row < reference.table.rows.size(); ++row) response.push_back(reference.table.number(row, 0));
  const NonlinearProblem problem{response.size(), length_of(response), [&](std::span<const double> b, std::span<double> residuals) {
                                   for (std::size_t row = 0; row < residuals.size(); ++row)
                                     residuals[row] = model(b, reference.table.number(row, 1)) - response[row];
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
  std::vector<std::string> names;
  for (const auto& [name, formula] : nist_formulas()) names.push_back(name);
  for (const auto& [name, function] : nist_functions()) names.push_back(name);
  REQUIRE(names.size() == 27);
  for (const std::string& name : names) {
    const Reference reference = read_reference(scratch.path() / "NIST_STRD" / (name + ".dat"));
    REQUIRE(reference.table.rows.size() > reference.certified.size());
    for (const int start : {0, 1}) {
      INFO(name << " from start " << start + 1);
      const NonlinearFit fit = fit_from(reference, start);
      CHECK(fit.status == NonlinearStatus::converged);
      CHECK(digits_of(fit.coefficients, reference.certified) >= 8);
      // The residuals of Lanczos1 are the rounding of its response, and nothing follows from their size.
      if (name == "Lanczos1") continue;
      CHECK(digits_of({fit.sum_of_squares}, {reference.sum_of_squares}) >= 9);
      CHECK(digits_of(deviations_of(fit, reference.table.rows.size()), reference.deviations) >= 8);
    }
  }
}
