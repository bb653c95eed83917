#pragma once
// Past projects: what was invested, how traffic grew, what came back.
#include <span>
#include <string>
#include <vector>

#include "libcore/io/csv.h"

namespace daybreak::finance {

struct Projects {
  std::vector<double> investment;  // at least 0, in a unit of the user's: the kink comes out in the same
  std::vector<double> growth;      // above 0
  std::vector<double> roi;         // any sign
  std::vector<std::string> places;  // "file:line" of each

  std::size_t size() const { return roi.size(); }
};

/// Rows of a weighted sum of squares, all of one length: a residual is weight * (response - what a form says).
struct WeightedRows {
  std::span<const double> investment, growth, response, weight;
};

/// How the columns are called.
struct ProjectColumns {
  std::string investment = "investment", growth = "growth", roi = "roi";
};

/// Reads a table with these columns; more columns are ignored. Error (data) with the line for a value that is no finite number,
/// a negative investment and a growth of 0 or less; for a column that is missing or stands there twice.
Projects read_projects(const io::CsvTable& table, const ProjectColumns& names);

}  // namespace daybreak::finance
